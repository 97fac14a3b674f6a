import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { CHANGES_PER_FRAME, MAX_RESUME_CHANGES } from "../../src/protocol/limits.ts";
import { Replica } from "../support/workers/changes.ts";
import { getConversation, getPage } from "../support/workers/http.ts";
import { modes, newChat, newLiveChat, newPair } from "../support/workers/modes.ts";
import { evict, followersDone, roomOf } from "../support/workers/objects.ts";
import { openCore, openSync } from "../support/workers/socket.ts";
import { emptyRoom, fillRoom } from "../support/workers/storage.ts";

describe.each(modes)("resuming, $mode", (mode) => {
  test("[sync] from 0, the middle and the present; each ends live at the room's version", async () => {
    const chat = await newLiveChat(mode);
    for (let index = 0; index < 6; index += 1) {
      await chat.annSocket.send({ type: "chat_message", content: `${index}` });
      await chat.benSocket.next("chat_message");
    }
    await chat.benSocket.send({ type: "mark_read", message_ids: [2, 5] });
    await chat.benSocket.next("messages_read");
    await chat.benSocket.send({ type: "mark_read" });
    await chat.benSocket.next("messages_read");
    const whole = new Replica();
    await whole.resume(await chat.sync(chat.ann, 0));
    expect([...whole.messages.values()].map(({ content }) => content)).toEqual([..."012345"]);
    expect(whole.read).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    expect(whole.version).toBe(8);

    const middle = new Replica();
    for (const id of [1, 2, 3]) middle.messages.set(id, { content: "", senderId: chat.ann.id });
    middle.version = 3;
    const events = await middle.resume(await chat.sync(chat.ann, 3));
    expect(events[0]).toMatchObject({ messages: [{ message_id: 4 }, { message_id: 5 }, { message_id: 6 }] });
    expect(middle.read).toEqual(new Set([1, 2, 3, 4, 5, 6]));

    const present = await chat.sync(chat.ann, 8);
    expect(await present.next("synced")).toMatchObject({
      version: 8,
      last_message_id: 6,
      progress: [
        { user_id: chat.ann.id, delivered_through: expect.any(Number), read_through: expect.any(Number) },
        { user_id: chat.ben.id, delivered_through: 6, read_through: 6 },
      ],
    });
    await chat.benSocket.send({ type: "chat_message", content: "live" });
    expect(await present.until("chat_message")).toMatchObject({ version: 9, message_id: 7 });
  });

  test("[sync] live events carry the version, which rises by exactly one per change", async () => {
    const chat = await newLiveChat(mode);
    const socket = await chat.sync(chat.ben, 0);
    const replica = new Replica();
    await replica.resume(socket);
    for (let index = 0; index < 4; index += 1) {
      await chat.annSocket.send({ type: "chat_message", content: `${index}` });
      replica.apply(await socket.until("chat_message"));
      await chat.benSocket.send({ type: "mark_read" });
      replica.apply(await socket.until("messages_read"));
    }
    await chat.annSocket.send({ type: "typing" });
    expect(await socket.until("typing")).toMatchObject({ version: 8 });
    expect(replica.version).toBe(8);
  });
});

describe("resuming", () => {
  test("[sync] chunks are bounded, and complete when laid end to end", async () => {
    const { ann, ben, id } = await newPair();
    await fillRoom(id, [ann.id, ann.id], 260);
    const [annSocket, benSocket] = [await openCore(ann, id), await openCore(ben, id)];
    // Every other one, so that each is a receipt of its own.
    for (let read = 1; read <= 260; read += 2) benSocket.sendNow({ type: "mark_read", message_ids: [read] });
    await annSocket.until("messages_read", ({ message_ids }) => message_ids[0] === 259);
    benSocket.sendNow({ type: "mark_read", message_ids: Array.from({ length: 260 }, (_, index) => index) });
    await annSocket.until("messages_read", ({ message_ids }) => message_ids[0] === 2);
    const replica = new Replica();
    const events = await replica.resume(await openSync(ann, id, 0));
    const chunks = events.filter((event) => event.type === "changes");
    expect(chunks.length).toBeGreaterThan(3);
    for (const { messages, reads } of chunks) {
      expect(messages.length).toBeLessThanOrEqual(CHANGES_PER_FRAME);
      // What one call turned to read has one version and is never split; here that is 129 ranges.
      expect(reads.length).toBeLessThanOrEqual(CHANGES_PER_FRAME + 129);
    }
    expect(chunks.map(({ has_more }) => has_more)).toEqual(
      chunks.map((_, index) => index < chunks.length - 1),
    );
    expect(replica.messages.size).toBe(260);
    expect(replica.version).toBe(260 + 130 + 1);
    const { results } = await getPage(ann, id, "page_size=100");
    expect(results.filter(({ is_read }) => is_read).map((message) => message.id)).toEqual(
      results.map((message) => message.id).filter((messageId) => replica.read.has(messageId)),
    );
  });

  test("[sync] no gap and no overlap at the seam while another socket sends", async () => {
    const { ann, ben, id } = await newPair();
    await fillRoom(id, [ann.id, ann.id], 250);
    const sender = await openCore(ann, id);
    const joining = Array.from({ length: 5 }, () => openSync(ben, id, 0));
    for (let index = 251; index <= 300; index += 1) {
      sender.sendNow({ type: "chat_message", content: `message ${index}` });
    }
    for (const socket of await Promise.all(joining)) {
      const replica = new Replica();
      await replica.resume(socket);
      while (replica.messages.size < 300) replica.apply((await socket.nextWithKeys()).event);
      expect([...replica.messages.values()].map(({ content }) => content)).toEqual(
        Array.from({ length: 300 }, (_, index) => `message ${index + 1}`),
      );
    }
  });

  test("[sync] a cursor ahead of the room, or that is none, gets `resync` and a live socket", async () => {
    const { ann, ben, id } = await newPair();
    const sender = await openCore(ann, id);
    sender.sendNow({ type: "chat_message", content: "one" });
    await sender.next("chat_message");
    for (const cursor of [2, 999_999_999, "-1", "1.5", "abc", "", "99999999999999999999"]) {
      const socket = await openSync(ben, id, cursor);
      expect(await socket.next("resync")).toMatchObject({ version: 1, last_message_id: 1 });
      sender.sendNow({ type: "typing" });
      expect(await socket.until("typing")).toMatchObject({ version: 1 });
      await socket.close();
    }
  });

  test("[sync] the version that REST gives is a cursor to resume from", async () => {
    const { ann, ben, id } = await newPair();
    const sender = await openCore(ann, id);
    sender.sendNow({ type: "chat_message", content: "one" });
    await sender.next("chat_message");
    const { version } = await getConversation(ben, id);
    sender.sendNow({ type: "chat_message", content: "two" });
    await sender.next("chat_message");
    const socket = await openSync(ben, id, version);
    expect(await socket.next("changes")).toMatchObject({ messages: [{ message_id: 2 }], version: 2 });
    await socket.next("synced");
  });

  test("[sync] a cursor too far behind gets `resync`", async () => {
    const { ann, id } = await newPair();
    const sender = await openCore(ann, id);
    sender.sendNow({ type: "chat_message", content: "one" });
    await sender.next("chat_message");
    await followersDone(id);
    await runInDurableObject(roomOf(id), (_instance, { storage }) => {
      storage.sql.exec(
        `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= ?)
         INSERT INTO messages (id, sender_id, content, sent_at, version) SELECT i, ?, 'x', 1, i FROM n`,
        MAX_RESUME_CHANGES,
        ann.id,
      );
    });
    await evict(roomOf(id));
    const last = MAX_RESUME_CHANGES + 1;
    expect(await (await openSync(ann, id, 0)).next("resync")).toMatchObject({ version: last });
    const just = await openSync(ann, id, 1);
    expect(await just.next("changes")).toMatchObject({ version: 1 + CHANGES_PER_FRAME });
    expect(await just.until("synced")).toMatchObject({ version: last });
  });

  test("[sync] a room rebuilt from the archive refuses cursors from before it, and takes its own", async () => {
    const { ann, ben, id } = await newPair();
    const sender = await openCore(ann, id);
    for (const content of ["one", "two"]) sender.sendNow({ type: "chat_message", content });
    await sender.nextOf("chat_message", 2);
    await followersDone(id);
    await emptyRoom(id);
    const socket = await openSync(ben, id, 1);
    expect(await socket.next("resync")).toMatchObject({ version: 2, last_message_id: 2 });
    const again = await openSync(ben, id, 2);
    await again.next("synced");
    const back = await openCore(ann, id);
    back.sendNow({ type: "chat_message", content: "three" });
    expect(await again.until("chat_message")).toMatchObject({ message_id: 3, version: 3 });
    await (await openSync(ben, id, 2)).until("changes", ({ messages }) => messages[0]?.message_id === 3);
  });

  test("[sync] Core sockets see none of it", async () => {
    const chat = await newChat(modes[0]);
    const core = await openCore(chat.ann, chat.id);
    const sync = await openSync(chat.ben, chat.id, 0);
    sync.sendNow({ type: "typing" });
    sync.sendNow({ type: "chat_message", content: "hi", client_id: "key-1" });
    await sync.until("chat_message");
    core.sendNow({ type: "mark_read" });
    core.sendNow({ type: "chat_message", content: "ho" });
    await sync.until("chat_message");
    await sync.close();
    const keys = new Map<string, readonly string[]>();
    while (!keys.has("user_offline")) {
      const { event, keys: names } = await core.nextWithKeys();
      keys.set(event.type, names);
    }
    const message = [
      "content",
      "conversation_id",
      "message_id",
      "sender_id",
      "sender_username",
      "timestamp",
      "type",
    ];
    expect(Object.fromEntries(keys)).toEqual({
      user_online: ["type", "user_id", "username"],
      typing: ["is_typing", "type", "user_id", "username"],
      chat_message: message,
      messages_read: ["message_ids", "read_at", "read_by", "type"],
      user_offline: ["type", "user_id", "username"],
    });
    await core.expectSilence();
  });
});
