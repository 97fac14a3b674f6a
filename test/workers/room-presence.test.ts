import { describe, expect, test } from "vitest";
import { sendMessage } from "../support/workers/http.ts";
import { modes, newChat, newLiveChat } from "../support/workers/modes.ts";
import { newPerson, withShortToken } from "../support/workers/people.ts";
import { openCore } from "../support/workers/socket.ts";

describe.each(modes)("presence, $mode", (mode) => {
  test("[C9] a user's first socket shows them online, further ones don't; each newcomer learns who is there", async () => {
    const chat = await newChat(mode);
    const ann = await chat.core(chat.ann);
    const ben = await chat.core(chat.ben);
    const online = await ann.nextWithKeys();
    expect(online.event).toMatchObject({
      type: "user_online",
      user_id: chat.ben.id,
      username: chat.ben.username,
    });
    expect(online.keys).toEqual(["type", "user_id", "username"]);
    expect(await ben.next("user_online")).toMatchObject({ user_id: chat.ann.id });
    const second = await chat.core(chat.ben);
    expect(await second.next("user_online")).toMatchObject({ user_id: chat.ann.id });
    await second.expectSilence();
    await ann.expectSilence();
    await ben.expectSilence();
  });

  test("[C10] only a user's last socket shows them offline, however it ends", async () => {
    const chat = await newLiveChat(mode);
    const second = await chat.core(chat.ben);
    await second.next("user_online");
    await chat.benSocket.close();
    await chat.annSocket.expectSilence();
    expect(await second.close()).toMatchObject({ code: 1000 });
    const offline = await chat.annSocket.nextWithKeys();
    expect(offline.event).toMatchObject({
      type: "user_offline",
      user_id: chat.ben.id,
      username: chat.ben.username,
    });
    expect(offline.keys).toEqual(["type", "user_id", "username"]);
    const again = await chat.core(chat.ben);
    expect(await chat.annSocket.next("user_online")).toMatchObject({ user_id: chat.ben.id });
    await again.next("user_online");
    await chat.annSocket.expectSilence();
  });

  test("[C10] somebody who left is not shown to a newcomer", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.close();
    await chat.benSocket.next("user_offline");
    const second = await chat.core(chat.ben);
    await second.expectSilence();
  });
});

describe.each(modes)("typing, $mode", (mode) => {
  test("[C4] [C7] typing reaches the others only, and is passed on again when repeated", async () => {
    const chat = await newLiveChat(mode);
    const second = await chat.core(chat.ann);
    await second.next("user_online");
    await chat.annSocket.send({ type: "typing" });
    const started = await chat.benSocket.nextWithKeys();
    expect(started.event).toEqual({
      type: "typing",
      user_id: chat.ann.id,
      username: chat.ann.username,
      is_typing: true,
    });
    await chat.annSocket.send({ type: "typing" });
    expect(await chat.benSocket.nextWithKeys()).toEqual(started);
    await chat.annSocket.send({ type: "stop_typing" });
    expect(await chat.benSocket.next("typing")).toMatchObject({ is_typing: false });
    await second.expectSilence();
    await chat.annSocket.expectSilence();
  });

  test("[C4] a stop_typing without typing is not passed on", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.send({ type: "stop_typing" });
    await chat.annSocket.expectSilence();
    await chat.benSocket.expectSilence();
  });

  test("[C4] a message ends the sender's typing first, over a socket as over REST", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.send({ type: "typing" });
    await chat.benSocket.next("typing");
    await chat.annSocket.send({ type: "chat_message", content: "done" });
    expect(await chat.benSocket.next("typing")).toMatchObject({ is_typing: false });
    await chat.benSocket.next("chat_message");
    await chat.annSocket.send({ type: "stop_typing" });
    await chat.annSocket.send({ type: "typing" });
    expect(await chat.benSocket.next("typing")).toMatchObject({ is_typing: true });
    await chat.step();
    await sendMessage(chat.ann, chat.ben, "done again");
    expect(await chat.benSocket.next("typing")).toMatchObject({ is_typing: false });
    await chat.benSocket.next("chat_message");
    await chat.benSocket.expectSilence();
  });

  test("[C15] a typing socket that disconnects has stopped, then its user is offline", async () => {
    const chat = await newLiveChat(mode);
    await chat.annSocket.send({ type: "typing" });
    await chat.benSocket.next("typing");
    await chat.annSocket.close();
    expect(await chat.benSocket.next("typing")).toMatchObject({ is_typing: false });
    await chat.benSocket.next("user_offline");
  });

  test("[C15] [C4] while another socket of the user types on, neither a stop nor a close shows a stop", async () => {
    const chat = await newLiveChat(mode);
    const phone = await chat.core(chat.ann);
    const tablet = await chat.core(chat.ann);
    for (const socket of [chat.annSocket, phone, tablet]) {
      await socket.send({ type: "typing" });
      await chat.benSocket.next("typing");
    }
    await chat.annSocket.send({ type: "stop_typing" });
    await chat.annSocket.close();
    await phone.close();
    await chat.benSocket.expectSilence();
    await tablet.send({ type: "stop_typing" });
    expect(await chat.benSocket.next("typing")).toMatchObject({ is_typing: false });
    await chat.benSocket.expectSilence();
  });
});

describe("refusals", () => {
  test.each([
    ["a stranger", async (id: number) => openCore(await newPerson(), id)],
    ["an unknown conversation", async () => openCore(await newPerson(), 987_654_321)],
    ["an id that is no number", async () => openCore(await newPerson(), "first")],
  ])("[C1] %s is told FORBIDDEN and closed with 4003", async (_who, open) => {
    const chat = await newChat(modes[0]);
    const socket = await open(chat.id);
    expect(await socket.next("error")).toMatchObject({ code: "FORBIDDEN" });
    expect(await socket.closed).toMatchObject({ code: 4003 });
  });

  test("[C1] an expired token is told UNAUTHORIZED and closed with 4001", async () => {
    const chat = await newChat(modes[0]);
    const socket = await openCore(await withShortToken(chat.ann, -5), chat.id);
    expect(await socket.next("error")).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await socket.closed).toMatchObject({ code: 4001 });
  });
});
