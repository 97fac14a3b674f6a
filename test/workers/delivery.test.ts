import { describe, expect, test } from "vitest";
import { modes, newChat } from "../support/workers/modes.ts";
import { evict, followersDone, roomOf } from "../support/workers/objects.ts";
import { openInbox, openSync } from "../support/workers/socket.ts";

describe.each(modes)("delivery, $mode", (mode) => {
  test("[sync] a message counts as delivered once a chat socket of the other has it, and as read later", async () => {
    const chat = await newChat(mode);
    const ann = await chat.sync(chat.ann, 0);
    await ann.next("synced");
    await chat.core(chat.ben);
    await ann.next("user_online");
    await ann.send({ type: "chat_message", content: "hi" });
    await ann.next("chat_message");
    expect(await ann.next("messages_delivered")).toMatchObject({
      user_id: chat.ben.id,
      through: 1,
      version: 1,
    });
    const again = await chat.sync(chat.ann, 1);
    expect((await again.next("synced")).progress).toEqual([
      { user_id: chat.ann.id, delivered_through: 0, read_through: 0 },
      { user_id: chat.ben.id, delivered_through: 1, read_through: 0 },
    ]);
  });

  test("[sync] somebody who was away has everything once a sync socket of theirs has connected", async () => {
    const chat = await newChat(mode);
    const ann = await chat.sync(chat.ann, 0);
    await ann.next("synced");
    await ann.send({ type: "chat_message", content: "one" });
    await ann.next("chat_message");
    await ann.send({ type: "chat_message", content: "two" });
    await ann.next("chat_message");
    await followersDone(chat.id);
    await ann.expectSilence();
    const ben = await chat.sync(chat.ben, 0);
    expect(await ben.next("changes")).toMatchObject({ messages: [{ message_id: 1 }, { message_id: 2 }] });
    await ann.next("user_online");
    expect(await ann.next("messages_delivered")).toMatchObject({ user_id: chat.ben.id, through: 2 });
    await ben.send({ type: "mark_read" });
    expect(await ann.next("messages_read")).toMatchObject({ message_ids: [1, 2] });
    const again = await chat.sync(chat.ann, 0);
    const { progress } = await again.until("synced");
    expect(progress[1]).toEqual({ user_id: chat.ben.id, delivered_through: 2, read_through: 2 });
  });

  test("[sync] a notification socket alone is a device that has the message", async () => {
    const chat = await newChat(mode);
    const inbox = await openInbox(chat.ben);
    const ann = await chat.sync(chat.ann, 0);
    await ann.next("synced");
    await ann.send({ type: "chat_message", content: "hi" });
    await ann.next("chat_message");
    await inbox.next("new_message");
    expect(await ann.next("messages_delivered")).toMatchObject({ user_id: chat.ben.id, through: 1 });
  });
});

describe("delivery", () => {
  test("[sync] the sender's own devices get no messages_delivered of themselves", async () => {
    const chat = await newChat(modes[0]);
    const ben = await openSync(chat.ben, chat.id, 0);
    const ann = await openSync(chat.ann, chat.id, 0);
    ann.sendNow({ type: "chat_message", content: "hi" });
    await ann.until("messages_delivered");
    await ben.until("chat_message");
    expect((await ben.drainToFence()).map(({ type }) => type)).not.toContain("messages_delivered");
    expect((await ann.drainToFence()).map(({ type }) => type)).not.toContain("messages_delivered");
  });

  test("[sync] what was delivered stays so through sleep", async () => {
    const chat = await newChat(modes[0]);
    const inbox = await openInbox(chat.ben);
    const ann = await openSync(chat.ann, chat.id, 0);
    ann.sendNow({ type: "chat_message", content: "hi" });
    await inbox.next("new_message");
    await ann.until("messages_delivered");
    await followersDone(chat.id);
    await evict(roomOf(chat.id));
    const again = await openSync(chat.ann, chat.id, 1);
    expect((await again.next("synced")).progress[1]).toMatchObject({ delivered_through: 1 });
  });
});
