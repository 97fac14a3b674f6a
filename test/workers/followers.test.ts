import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { appendToArchive } from "../../src/directory/archive.ts";
import { openDatabase } from "../../src/directory/database.ts";
import type { InboxUpdate } from "../../src/inbox/user-inbox.ts";
import { UserInbox } from "../../src/index.ts";
import { advance, controlClock, shortenTimers } from "../support/workers/clock.ts";
import {
  breakD1,
  failing,
  failingAfterCommit,
  flapping,
  slow,
  stalled,
  type Fault,
} from "../support/workers/faults.ts";
import { getPage, listConversations, sendMessage } from "../support/workers/http.ts";
import { newPair } from "../support/workers/modes.ts";
import { evict, followersDone, followersOf, inboxOf, runAlarm } from "../support/workers/objects.ts";
import { openCore, openInbox } from "../support/workers/socket.ts";
import { archiveOf } from "../support/workers/storage.ts";
import { until } from "../support/workers/until.ts";

controlClock();

/** Lets the alarm, and nothing else, bring the followers up to date. */
async function convergeByAlarm(id: number): Promise<void> {
  await until("the alarm has brought everything over", async () => {
    advance(61_000);
    await runAlarm(id);
    const { archived, notified, version } = await followersOf(id);
    return archived === version && Object.values(notified).every((position) => position === version);
  });
}

const faults: [string, () => Fault][] = [
  ["slow by 2 s", () => slow(2_000)],
  ["stalled", () => stalled],
  ["failing", () => failing],
  ["failing half of the time", flapping],
  ["failing after it has committed", () => failingAfterCommit],
];

describe.each(faults)("while D1 is %s", (_name, fault) => {
  test("[C12] [N2] [R4] sockets go on, nothing is lost or doubled, and D1 converges by alarm", async () => {
    const { ann, ben, id } = await newPair();
    const [annSocket, benSocket] = [await openCore(ann, id), await openCore(ben, id)];
    const inbox = await openInbox(ben);
    await followersDone(id);
    shortenTimers();
    const { lift, calls } = breakD1(fault());
    for (let index = 1; index <= 10; index += 1) {
      annSocket.sendNow({ type: "chat_message", content: `${index}` });
      expect(await benSocket.until("chat_message")).toMatchObject({ message_id: index });
      if (index % 3 === 0) {
        benSocket.sendNow({ type: "mark_read", message_ids: [index] });
        await annSocket.until("messages_read");
      }
    }
    const during = await getPage(ben, id);
    expect(during.results.map((message) => message.id)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(during.results.filter(({ is_read }) => is_read).map((message) => message.id)).toEqual([9, 6, 3]);
    expect(calls()).toBeGreaterThan(0);
    lift();
    await convergeByAlarm(id);
    const { messages, receipts, participants } = await archiveOf(id);
    expect(messages.map(({ content }) => content)).toEqual(during.results.map((m) => m.content).reverse());
    expect(receipts.map(({ first_id, last_id }) => [first_id, last_id])).toEqual([
      [3, 3],
      [6, 6],
      [9, 9],
    ]);
    expect(participants).toMatchObject([
      { user_id: ann.id, unread_count: 0 },
      { user_id: ben.id, unread_count: 7, read_through: 0 },
    ]);
    const told = await inbox.nextOf("new_message", 10);
    expect(told.map(({ message_id }) => message_id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await inbox.expectSilence();
    expect(await listConversations(ben)).toMatchObject([{ id, unread_count: 7, last_message: { id: 10 } }]);
  });
});

describe("the archive", () => {
  test("a batch that arrives late overwrites nothing newer", async () => {
    const { ann, ben, id } = await newPair();
    const batch = (content: string, unreadCount: number, version: number) => ({
      messages: [{ id: 1, senderId: ann.id, content, sentAt: 1, clientId: null, version }],
      receipts: [{ readerId: ben.id, firstId: 1, lastId: 1, readAt: 5, version: 2 }],
      participants: [{ userId: ben.id, unreadCount, readThrough: 0, version }],
    });
    const database = openDatabase(env);
    await appendToArchive(database, id, batch("newer", 0, 9));
    const after = await archiveOf(id);
    await appendToArchive(database, id, batch("older", 1, 3));
    expect(await archiveOf(id)).toEqual(after);
    await appendToArchive(database, id, batch("newer", 0, 9));
    expect(await archiveOf(id)).toEqual(after);
    expect(after.messages).toMatchObject([{ content: "newer", version: 9 }]);
    expect(after.participants).toMatchObject([{}, { unread_count: 0 }]);
  });

  test("[R6] a REST write answers within about 2 s while D1 fails, and D1 has it later", async () => {
    const { ann, ben, id } = await newPair();
    await sendMessage(ann, ben, "so that the inbox knows the conversation");
    await listConversations(ann);
    const { lift } = breakD1(failing);
    const startedAt = performance.now();
    const sent = await sendMessage(ann, ben, "meanwhile");
    expect(performance.now() - startedAt).toBeLessThan(3_500);
    expect(sent.id).toBe(2);
    lift();
    await convergeByAlarm(id);
    expect((await archiveOf(id)).messages).toHaveLength(2);
  });

  test("[R1] the list comes from the inbox's memory, then from its stored copy, while D1 fails", async () => {
    const { ann, ben, id } = await newPair();
    await sendMessage(ann, ben, "one");
    const before = await listConversations(ben);
    shortenTimers();
    breakD1(failing);
    const socket = await openCore(ann, id);
    socket.sendNow({ type: "chat_message", content: "two" });
    await socket.until("chat_message");
    const inbox = await openInbox(ben);
    await until("the inbox has heard", async () => (await listConversations(ben))[0]?.unread_count === 2);
    await evict(inboxOf(ben.id));
    expect((await listConversations(ben)).map((conversation) => conversation.id)).toEqual(
      before.map((conversation) => conversation.id),
    );
    await inbox.close();
  });
});

describe("notifications", () => {
  test("[N2] come exactly once and in order, though the inbox's answers are lost", async () => {
    const { ann, ben, id } = await newPair();
    const socket = await openCore(ann, id);
    const inbox = await openInbox(ben);
    let calls = 0;
    const real: (update: InboxUpdate) => { received: boolean } = Reflect.get(UserInbox.prototype, "notify");
    const lossy = vi.spyOn(UserInbox.prototype, "notify").mockImplementation(function lossy(
      this: UserInbox,
      update,
    ) {
      const answer = Reflect.apply(real, this, [update]);
      calls += 1;
      if (calls % 2 === 1) throw new Error("the answer was lost");
      return answer;
    });
    for (let index = 1; index <= 6; index += 1) {
      socket.sendNow({ type: "chat_message", content: `${index}` });
      await socket.next("chat_message");
    }
    await convergeByAlarm(id);
    lossy.mockRestore();
    expect(calls).toBeGreaterThan(1);
    const told = await inbox.nextOf("new_message", 6);
    expect(told.map(({ message_id }) => message_id)).toEqual([1, 2, 3, 4, 5, 6]);
    await inbox.expectSilence();
  });
});
