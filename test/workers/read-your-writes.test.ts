/** What somebody was told, their next request sees, though the archive trails: local D1 alone is too fast to show it. */
import { describe, expect, test } from "vitest";
import { advance, controlClock } from "../support/workers/clock.ts";
import { breakD1, failing, slow } from "../support/workers/faults.ts";
import { getPage, listConversations, markRead, sendMessage } from "../support/workers/http.ts";
import { newPair } from "../support/workers/modes.ts";
import { followersDone, runAlarm } from "../support/workers/objects.ts";
import { openCore, openInbox } from "../support/workers/socket.ts";
import { until } from "../support/workers/until.ts";

const ROUNDS = 4;

controlClock();

describe("with D1 slow by 60 ms", () => {
  test("[R8] after an echo and a messages_read, the list and the history show them to both", async () => {
    const { ann, ben, id } = await newPair();
    const [annSocket, benSocket] = [await openCore(ann, id), await openCore(ben, id)];
    breakD1(slow(60));
    for (let round = 1; round <= ROUNDS; round += 1) {
      annSocket.sendNow({ type: "chat_message", content: `round ${round}` });
      await annSocket.until("chat_message");
      expect(await listConversations(ann)).toMatchObject([
        { id, last_message: { id: round, is_read: false } },
      ]);
      expect(await listConversations(ben)).toMatchObject([{ id, unread_count: 1 }]);
      expect((await getPage(ben, id)).results[0]).toMatchObject({ id: round, is_read: false });
      await benSocket.until("chat_message");
      benSocket.sendNow({ type: "mark_read" });
      await annSocket.until("messages_read");
      expect(await listConversations(ann)).toMatchObject([{ last_message: { id: round, is_read: true } }]);
      expect(await listConversations(ben)).toMatchObject([{ unread_count: 0 }]);
    }
  });

  test("[R8] [N2] when a notification comes, the list has the message and the count", async () => {
    const { ann, ben, id } = await newPair();
    const inbox = await openInbox(ben);
    const annSocket = await openCore(ann, id);
    breakD1(slow(60));
    for (let round = 1; round <= ROUNDS; round += 1) {
      annSocket.sendNow({ type: "chat_message", content: `round ${round}` });
      await inbox.until("new_message");
      const [listed] = await listConversations(ben);
      expect(listed).toMatchObject({ id, unread_count: round, last_message: { id: round } });
    }
  });

  test("[R8] [N2] a message that comes while another is being archived is notified of after its own turn", async () => {
    const { ann, ben, id } = await newPair();
    const inbox = await openInbox(ben);
    const annSocket = await openCore(ann, id);
    annSocket.sendNow({ type: "chat_message", content: "before all" });
    await inbox.until("new_message");
    await followersDone(id);
    const { calls } = breakD1(slow(60));
    annSocket.sendNow({ type: "chat_message", content: "first" });
    await until("the archive to be under way", () => calls() > 0);
    annSocket.sendNow({ type: "chat_message", content: "second" });
    for (let round = 1; round <= 2; round += 1) {
      const { message_id } = await inbox.until("new_message");
      const [listed] = await listConversations(ben);
      expect(listed?.last_message?.id).toBeGreaterThanOrEqual(message_id);
    }
  });

  test("[R8] the answers to a send and a read over REST come after both", async () => {
    const { ann, ben, id } = await newPair();
    breakD1(slow(60));
    for (let round = 1; round <= ROUNDS; round += 1) {
      await sendMessage(ann, ben, `round ${round}`);
      expect(await listConversations(ben)).toMatchObject([{ unread_count: 1, last_message: { id: round } }]);
      await markRead(ben, id);
      expect(await listConversations(ann)).toMatchObject([{ last_message: { id: round, is_read: true } }]);
    }
  });
});

test("[R8] one who has left the room a moment ago still sees what was shown there", async () => {
  const { ann, ben, id } = await newPair();
  const socket = await openCore(ann, id);
  breakD1(slow(200));
  socket.sendNow({ type: "chat_message", content: "and gone" });
  await socket.until("chat_message");
  await socket.close();
  expect(await listConversations(ann)).toMatchObject([{ last_message: { content: "and gone" } }]);
  expect(await listConversations(ben)).toHaveLength(1);
});

test("[R8] once D1 is back, the first request brings the list up to date, however long it failed", async () => {
  const { ann, ben, id } = await newPair();
  const [annSocket, benSocket] = [await openCore(ann, id), await openCore(ben, id)];
  await followersDone(id);
  const { lift, calls } = breakD1(failing);
  benSocket.sendNow({ type: "chat_message", content: "meanwhile" });
  await annSocket.until("chat_message");
  // Failures enough for a pause of half a minute at least.
  for (let failure = 0; failure < 8; failure += 1) {
    const before = calls();
    advance(61_000);
    await runAlarm(id);
    await until("D1 to be tried", () => calls() > before);
  }
  lift();
  advance(600);
  expect(await listConversations(ann)).toMatchObject([{ id, last_message: { id: 1 }, unread_count: 1 }]);
});
