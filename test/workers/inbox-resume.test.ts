import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { startPair } from "../../src/directory/conversations.ts";
import { openDatabase } from "../../src/directory/database.ts";
import { breakD1, failing, slow } from "../support/workers/faults.ts";
import { getConversation, markRead, sendMessage } from "../support/workers/http.ts";
import { newPair } from "../support/workers/modes.ts";
import { evict, followersDone, inboxOf } from "../support/workers/objects.ts";
import { newPerson } from "../support/workers/people.ts";
import { openInbox } from "../support/workers/socket.ts";

describe("the inbox", () => {
  test("[N2] a Core socket gets new_message alone, for what others sent", async () => {
    const { ann, ben, id } = await newPair();
    const [annInbox, phone, tablet] = [await openInbox(ann), await openInbox(ben), await openInbox(ben)];
    await sendMessage(ann, ben, "🧵".repeat(120));
    const event = await phone.nextWithKeys();
    expect(event.event).toMatchObject({
      type: "new_message",
      conversation_id: id,
      message_id: 1,
      sender_id: ann.id,
      sender_username: ann.username,
      content_preview: "🧵".repeat(100),
    });
    expect(event.keys).toEqual([
      "content_preview",
      "conversation_id",
      "message_id",
      "sender_id",
      "sender_username",
      "timestamp",
      "type",
    ]);
    expect(await tablet.nextWithKeys()).toEqual(event);
    await markRead(ben, id);
    await followersDone(id);
    for (const socket of [annInbox, phone, tablet]) await socket.expectSilence();
  });

  test("[N4] whatever a client sends gets an error, and the socket works on, also after sleep", async () => {
    const { ann, ben } = await newPair();
    const inbox = await openInbox(ben);
    for (const frame of ["no json", "{}", { type: "chat_message", content: "x" }, new ArrayBuffer(2)]) {
      inbox.sendNow(frame);
      await inbox.next("error");
      await evict(inboxOf(ben.id));
    }
    await sendMessage(ann, ben, "still here");
    await inbox.next("new_message");
  });

  test("[N2] notifications come in order, each once, though the inbox sleeps between them", async () => {
    const { ann, ben } = await newPair();
    const inbox = await openInbox(ben);
    for (let index = 1; index <= 5; index += 1) {
      await sendMessage(ann, ben, `${index}`);
      expect(await inbox.next("new_message")).toMatchObject({ message_id: index });
      await evict(inboxOf(ben.id));
    }
    await inbox.expectSilence();
  });
});

describe("resuming the inbox", () => {
  test("[sync] from 0 everything, then live: the message and the conversation's new state", async () => {
    const { ann, ben, id } = await newPair();
    await sendMessage(ann, ben, "before");
    const inbox = await openInbox(ben, 0);
    const changed = await inbox.next("conversations_changed");
    expect(changed).toMatchObject({
      conversations: [{ id, unread_count: 1, last_message: { id: 1 } }],
      has_more: false,
    });
    const { cursor } = await inbox.next("synced");
    await sendMessage(ann, ben, "live");
    expect(await inbox.next("new_message")).toMatchObject({ message_id: 2 });
    const updated = await inbox.next("conversation_updated");
    expect(updated).toMatchObject({ conversation_id: id, unread_count: 2, version: 2 });
    expect(updated.cursor).toBeGreaterThanOrEqual(cursor);
    await markRead(ben, id);
    expect(await inbox.next("conversation_updated")).toMatchObject({ unread_count: 0, version: 3 });
    await inbox.expectSilence();
  });

  test("[sync] from a cursor, what changed while away, unread counts included", async () => {
    const { ann, ben, id } = await newPair();
    const first = await openInbox(ben, 0);
    const { cursor } = await first.until("synced");
    await first.close();
    await sendMessage(ann, ben, "one");
    await sendMessage(ann, ben, "two");
    await markRead(ben, id, [1]);
    const inbox = await openInbox(ben, cursor);
    const { conversations } = await inbox.next("conversations_changed");
    expect(conversations).toMatchObject([{ id, unread_count: 1, last_message: { id: 2, content: "two" } }]);
    const { unread_count } = await getConversation(ben, id);
    expect(unread_count).toBe(1);
    expect((await inbox.next("synced")).cursor).toBeGreaterThanOrEqual(cursor);
    await inbox.expectSilence();
  });

  test("[sync] what comes during the resume is told after it, and nothing twice", async () => {
    const { ann, ben, id } = await newPair();
    await sendMessage(ann, ben, "one");
    await followersDone(id);
    const conversation = await getConversation(ben, id);
    const { lift } = breakD1(slow(300));
    const inbox = await openInbox(ben, 0);
    const told = [1, 2].map((messageId) => ({
      messageId,
      senderId: ann.id,
      senderUsername: ann.username,
      preview: "…",
      timestamp: conversation.updated_at,
    }));
    await inboxOf(ben.id).notify({ conversation, newMessages: told, version: 2, cursor: null });
    await inbox.next("conversations_changed");
    await inbox.next("synced");
    // The list has told of the first message already.
    expect(await inbox.next("new_message")).toMatchObject({ message_id: 2 });
    await inbox.next("conversation_updated");
    await inbox.expectSilence();
    lift();
  });

  test("[sync] while D1 fails the answer is `resync`, and the socket is live", async () => {
    const { ann, ben, id } = await newPair();
    await sendMessage(ann, ben, "one");
    await followersDone(id);
    const { lift } = breakD1(failing);
    const inbox = await openInbox(ben, 0);
    await inbox.next("resync");
    lift();
    await sendMessage(ann, ben, "two");
    await inbox.until("new_message", ({ message_id }) => message_id === 2);
  });

  test("[sync] a cursor that is none gets everything; many conversations come in bounded frames", async () => {
    const ben = await newPerson("ben");
    for (let index = 1; index <= 55; index += 1)
      await startPair(openDatabase(env), ben.id, ben.id + 100_000 + index);
    const inbox = await openInbox(ben, "none");
    const first = await inbox.next("conversations_changed");
    const second = await inbox.next("conversations_changed");
    expect([first.conversations.length, first.has_more]).toEqual([50, true]);
    expect([second.conversations.length, second.has_more]).toEqual([5, false]);
    await inbox.next("synced");
  });
});
