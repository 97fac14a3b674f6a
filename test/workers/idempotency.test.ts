import { describe, expect, test } from "vitest";
import { call, errorOf, getPage, sendMessage } from "../support/workers/http.ts";
import { modes, newLiveChat } from "../support/workers/modes.ts";
import { followersDone } from "../support/workers/objects.ts";
import { openCore, openSync } from "../support/workers/socket.ts";
import { archiveOf, emptyRoom } from "../support/workers/storage.ts";

const frame = (content: string, client_id: string) => ({ type: "chat_message", content, client_id });

describe.each(modes)("idempotent sends, $mode", (mode) => {
  test("[sync] a repeat over the socket gets the same echo, alone, and changes nothing", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.send(frame("hello", "key"));
    const echo = await chat.annSocket.next("chat_message");
    expect(echo).toMatchObject({ message_id: 1, client_id: "key" });
    await chat.benSocket.next("chat_message");
    await chat.annSocket.send(frame("hello", "key"));
    expect(await chat.annSocket.next("chat_message")).toEqual(echo);
    await chat.benSocket.expectSilence();
    expect((await getPage(chat.ben, chat.id)).count).toBe(1);
  });

  test("[sync] a repeat over the other channel gets the same message", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.send(frame("first", "a"));
    await chat.annSocket.next("chat_message");
    await chat.step();
    expect(await sendMessage(chat.ann, chat.ben, "first", "a")).toMatchObject({ id: 1, client_id: "a" });
    await chat.step();
    const sent = await sendMessage(chat.ann, chat.ben, "second", "b");
    await chat.annSocket.next("chat_message");
    await chat.annSocket.send(frame("second", "b"));
    expect(await chat.annSocket.next("chat_message")).toMatchObject({
      message_id: sent.id,
      timestamp: sent.timestamp,
    });
    expect((await getPage(chat.ann, chat.id)).count).toBe(2);
  });

  test("[sync] the header Idempotency-Key counts like a client_id, which wins over it", async () => {
    const chat = await newLiveChat(mode);
    const header = { "Idempotency-Key": "from-header" };
    const first = await sendMessage(chat.ann, chat.ben, "text", undefined, header);
    await chat.step();
    expect(await sendMessage(chat.ann, chat.ben, "text", "from-header")).toEqual(first);
    await chat.step();
    expect(await sendMessage(chat.ann, chat.ben, "text", "from-body", header)).toMatchObject({
      id: 2,
      client_id: "from-body",
    });
    const bad = { recipient_id: chat.ben.id, content: "x" };
    expect(
      errorOf(await call(chat.ann, "POST", "send/", bad, { "Idempotency-Key": "k".repeat(65) })),
    ).toEqual({ status: 400, code: "VALIDATION_ERROR" });
  });

  test("[sync] the same key with another content is a conflict, on both channels, and names the key", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.send(frame("one", "key"));
    await chat.annSocket.next("chat_message");
    await chat.annSocket.send(frame("two", "key"));
    expect(await chat.annSocket.next("error")).toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
      client_id: "key",
    });
    await chat.step();
    const body = { recipient_id: chat.ben.id, content: "two", client_id: "key" };
    expect(errorOf(await call(chat.ann, "POST", "send/", body))).toEqual({
      status: 409,
      code: "IDEMPOTENCY_CONFLICT",
    });
    await chat.benSocket.next("chat_message");
    await chat.benSocket.expectSilence();
  });

  test("[sync] keys are per sender, and nobody but the sender sees one", async () => {
    const chat = await newLiveChat(mode);
    const tablet = await chat.sync(chat.ann, 0);
    await tablet.until("user_online");
    const benSync = await chat.sync(chat.ben, 0);
    await benSync.until("user_online");
    await chat.annSocket.send(frame("ann's", "same"));
    for (const socket of [chat.annSocket, tablet]) {
      expect(await socket.until("chat_message")).toMatchObject({ client_id: "same" });
    }
    for (const socket of [chat.benSocket, benSync]) {
      expect(await socket.until("chat_message")).not.toHaveProperty("client_id");
    }
    await chat.benSocket.send(frame("ben's", "same"));
    expect(await chat.benSocket.next("chat_message")).toMatchObject({ message_id: 2, client_id: "same" });
    expect(await chat.annSocket.next("chat_message")).not.toHaveProperty("client_id");
    await chat.step();
    const { results } = await getPage(chat.ben, chat.id);
    expect(results.map(({ client_id }) => client_id)).toEqual(["same", undefined]);
    const resumed = await (await chat.sync(chat.ben, 0)).next("changes");
    expect(resumed.messages.map(({ client_id }) => client_id)).toEqual([undefined, "same"]);
  });

  test("[sync] [C14] a failed frame names its client_id where it has a good one", async () => {
    const chat = await newLiveChat(mode);
    for (const content of ["  ", "x".repeat(5000), 7]) {
      await chat.annSocket.send({ type: "chat_message", content, client_id: "failed" });
      expect(await chat.annSocket.next("error")).toMatchObject({
        code: "VALIDATION_ERROR",
        client_id: "failed",
      });
    }
    for (const client_id of ["", "with space", "é", "k".repeat(65), 7]) {
      await chat.annSocket.send({ type: "chat_message", content: "ok", client_id });
      expect(await chat.annSocket.next("error")).not.toHaveProperty("client_id");
    }
    await chat.annSocket.send(frame("good", "failed"));
    expect(await chat.annSocket.next("chat_message")).toMatchObject({ message_id: 1, client_id: "failed" });
  });
});

describe("idempotent sends", () => {
  test("[sync] over both channels at once a key is one message", async () => {
    const chat = await newLiveChat(modes[0]);
    for (let round = 1; round <= 8; round += 1) {
      const key = `round-${round}`;
      chat.annSocket.sendNow(frame("same", key));
      const rest = [1, 2].map(() => sendMessage(chat.ann, chat.ben, "same", key));
      chat.annSocket.sendNow(frame("same", key));
      const ids = (await Promise.all(rest)).map(({ id }) => id);
      expect(ids).toEqual([round, round]);
      expect(await chat.benSocket.next("chat_message")).toMatchObject({ message_id: round });
    }
    await chat.benSocket.expectSilence();
    const echoes = await chat.annSocket.drainToFence();
    // One for the message itself, one more for each frame that repeated it.
    expect(echoes.length).toBeGreaterThanOrEqual(16);
    expect((await getPage(chat.ann, chat.id)).count).toBe(8);
  });

  test("[sync] a key is known for ever: also in a room that was rebuilt from the archive", async () => {
    const chat = await newLiveChat(modes[0]);
    chat.annSocket.sendNow(frame("kept", "old-key"));
    const original = await chat.annSocket.next("chat_message");
    await followersDone(chat.id);
    expect((await archiveOf(chat.id)).messages).toMatchObject([{ id: 1, client_id: "old-key" }]);
    await emptyRoom(chat.id);
    const socket = await openCore(chat.ann, chat.id);
    socket.sendNow(frame("kept", "old-key"));
    expect(await socket.next("chat_message")).toEqual(original);
    socket.sendNow(frame("other", "old-key"));
    expect(await socket.next("error")).toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
  });

  test("[sync] a repeat on a sync socket carries the present version, and no version is spent on it", async () => {
    const chat = await newLiveChat(modes[0]);
    const socket = await openSync(chat.ann, chat.id, 0);
    socket.sendNow(frame("one", "k1"));
    await socket.until("chat_message");
    socket.sendNow({ type: "chat_message", content: "two" });
    await socket.until("chat_message");
    socket.sendNow(frame("one", "k1"));
    expect(await socket.until("chat_message")).toMatchObject({ message_id: 1, version: 2 });
    socket.sendNow({ type: "chat_message", content: "three" });
    expect(await socket.until("chat_message")).toMatchObject({ message_id: 3, version: 3 });
  });
});
