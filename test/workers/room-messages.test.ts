import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { call, errorOf, getPage, sendMessage } from "../support/workers/http.ts";
import { modes, newChat, newLiveChat } from "../support/workers/modes.ts";
import { evict, roomOf, rowsOf, setRoomSettings } from "../support/workers/objects.ts";

describe.each(modes)("sending, $mode", (mode) => {
  test("[C3] [C6] a message reaches every socket of the conversation, the sender's own included", async () => {
    const chat = await newLiveChat(mode);
    const second = await chat.core(chat.ann);
    await second.next("user_online");
    await chat.annSocket.send({ type: "chat_message", content: "hello" });
    const [echo, onSecond, onBen] = [
      await chat.annSocket.nextWithKeys(),
      await second.nextWithKeys(),
      await chat.benSocket.nextWithKeys(),
    ];
    expect(echo.event).toMatchObject({
      type: "chat_message",
      message_id: 1,
      conversation_id: chat.id,
      content: "hello",
      sender_id: chat.ann.id,
      sender_username: chat.ann.username,
    });
    expect(echo.keys).toEqual([
      "content",
      "conversation_id",
      "message_id",
      "sender_id",
      "sender_username",
      "timestamp",
      "type",
    ]);
    expect(onSecond).toEqual(echo);
    expect(onBen).toEqual(echo);
  });

  test("[C12] what has been echoed is stored, even if the room loses its memory at once", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.send({ type: "chat_message", content: "kept" });
    await chat.annSocket.next("chat_message");
    await evict(roomOf(chat.id));
    const stored = await rowsOf(
      roomOf(chat.id),
      "SELECT id, content FROM messages",
      v.object({ id: v.number(), content: v.string() }),
    );
    expect(stored).toEqual([{ id: 1, content: "kept" }]);
  });

  test("[C13] [C17] messages of several senders at once have one order on all sockets, and the ids 1, 2, 3, …", async () => {
    const chat = await newLiveChat(mode);
    await chat.step();
    for (let index = 0; index < 15; index += 1) {
      chat.annSocket.sendNow({ type: "chat_message", content: `a${index}` });
      chat.benSocket.sendNow({ type: "chat_message", content: `b${index}` });
    }
    const onAnn = await chat.annSocket.nextOf("chat_message", 30);
    const onBen = await chat.benSocket.nextOf("chat_message", 30);
    expect(onBen).toEqual(onAnn);
    expect(onAnn.map((message) => message.message_id)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    for (const sender of ["a", "b"]) {
      const contents = onAnn.map(({ content }) => content).filter((content) => content.startsWith(sender));
      expect(contents).toEqual(Array.from({ length: 15 }, (_, index) => `${sender}${index}`));
    }
    await chat.step();
    const { results, count } = await getPage(chat.ben, chat.id);
    expect(count).toBe(30);
    expect(results.toReversed().map(({ id, content }) => ({ id, content }))).toEqual(
      onAnn.map(({ message_id, content }) => ({ id: message_id, content })),
    );
  });

  test("[C16] [R6] a message sent over REST reaches sockets exactly like one sent over a socket", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.send({ type: "chat_message", content: "over a socket" });
    const overSocket = await chat.benSocket.nextWithKeys();
    await chat.annSocket.next("chat_message");
    await chat.step();
    const sent = await sendMessage(chat.ann, chat.ben, "over REST");
    const overRest = await chat.benSocket.nextWithKeys();
    expect(overRest.keys).toEqual(overSocket.keys);
    expect(overRest.event).toMatchObject({
      message_id: sent.id,
      content: "over REST",
      timestamp: sent.timestamp,
    });
    expect(await chat.annSocket.next("chat_message")).toMatchObject({ message_id: sent.id });
  });

  test("[C14] [C11] what is wrong gets an error on its own socket, which works on", async () => {
    const chat = await newLiveChat(mode);
    const wrong = [
      "not json",
      "[]",
      "null",
      "7",
      '"text"',
      "{}",
      { type: "unheard_of" },
      { type: 7 },
      { type: "chat_message" },
      { type: "chat_message", content: 7 },
      { type: "chat_message", content: " \n\t" },
      { type: "chat_message", content: "a\0b" },
      { type: "chat_message", content: "x".repeat(4097) },
      '{"type":"chat_message","content":"\\ud800"}',
      { type: "mark_read", message_ids: "1" },
      { type: "mark_read", message_ids: ["1"] },
      { type: "mark_read", message_ids: [1.5] },
      new ArrayBuffer(3),
    ];
    for (const frame of wrong) {
      await chat.annSocket.send(frame);
      const { code, message } = await chat.annSocket.next("error");
      expect(["INVALID_JSON", "VALIDATION_ERROR"]).toContain(code);
      expect(message).not.toBe("");
    }
    await chat.annSocket.send({ type: "chat_message", content: "still here" });
    await chat.annSocket.next("chat_message");
    expect(await chat.benSocket.next("chat_message")).toMatchObject({ message_id: 1 });
  });

  test("[C14] a frame over 64 KiB closes its socket with 1009, and the user leaves", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.send({ type: "chat_message", content: "x".repeat(66_000) });
    expect(await chat.annSocket.closed).toMatchObject({ code: 1009 });
    expect(await chat.benSocket.next("user_offline")).toMatchObject({ user_id: chat.ann.id });
    // The end of the socket is reported once more, when the client has answered the close.
    await chat.step();
    await chat.benSocket.expectSilence();
  });

  test("[F4] [F5] content comes back as it was sent; the limit counts code points", async () => {
    const chat = await newChat(mode);
    const socket = await chat.core(chat.ann);
    for (const content of ["  padded\n", "e\u0301 \u00e9", "<b>&amp;</b>", "🧵".repeat(4096)]) {
      await socket.send({ type: "chat_message", content });
      expect(await socket.next("chat_message")).toMatchObject({ content });
    }
  });
});

describe("the send limit", () => {
  test("[E4] [C14] is per user and conversation, told as RATE_LIMITED, and what it stops is not stored", async () => {
    const chat = await newLiveChat(modes[0]);
    const reset = await setRoomSettings(chat.id, { sendLimitPerMinute: 3 });
    await evict(roomOf(chat.id));
    const send = { type: "chat_message", content: "again", client_id: "fourth" };
    for (let index = 0; index < 3; index += 1) {
      chat.annSocket.sendNow({ type: "chat_message", content: "burst" });
    }
    await chat.annSocket.nextOf("chat_message", 3);
    chat.annSocket.sendNow(send);
    expect(await chat.annSocket.next("error")).toMatchObject({ code: "RATE_LIMITED", client_id: "fourth" });
    const body = { recipient_id: chat.ben.id, content: "again" };
    expect(errorOf(await call(chat.ann, "POST", "send/", body))).toEqual({
      status: 429,
      code: "RATE_LIMITED",
    });
    chat.benSocket.sendNow({ type: "chat_message", content: "mine" });
    expect(await chat.annSocket.next("chat_message")).toMatchObject({ message_id: 4, content: "mine" });
    reset();
    await evict(roomOf(chat.id));
    chat.annSocket.sendNow(send);
    expect(await chat.annSocket.next("chat_message")).toMatchObject({ message_id: 5, client_id: "fourth" });
  });
});
