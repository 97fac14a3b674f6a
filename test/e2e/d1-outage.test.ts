/** While D1 takes no write: chat, typing, receipts and recent history go on, and D1 catches up afterwards. */
import { describe, expect } from "vitest";
import { archivedIds, holdWrites } from "../support/e2e/d1-file.ts";
import { testOn } from "../support/e2e/test.ts";
import { until } from "../support/e2e/until.ts";

const ROUNDS = 20;
const test = testOn({});

describe("while D1 fails", () => {
  test(
    "[C12] [R8] [E5] the room goes on, and D1 has everything afterwards",
    { timeout: 120_000 },
    async ({ world }) => {
      const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
      const { persistTo } = world.server;
      const notifications = await bob.openNotifications();
      adaSocket.send({ type: "chat_message", content: "before" });
      await adaSocket.next("chat_message");
      await bobSocket.next("chat_message");
      await notifications.next("new_message");
      await until("D1 to have the first message", () =>
        archivedIds(persistTo, id).length === 1 ? true : undefined,
      );

      const outage = holdWrites(persistTo);
      try {
        for (let round = 1; round <= ROUNDS; round++) {
          adaSocket.send({ type: "typing" });
          expect((await bobSocket.next("typing")).is_typing).toBe(true);
          adaSocket.send({ type: "chat_message", content: `round ${round}` });
          const { message_id: messageId } = await adaSocket.next("chat_message");
          expect((await bobSocket.next("typing")).is_typing).toBe(false);
          expect((await bobSocket.next("chat_message")).message_id).toBe(messageId);
          bobSocket.send({ type: "mark_read", message_ids: [messageId] });
          expect((await adaSocket.next("messages_read")).message_ids).toEqual([messageId]);
          expect((await bobSocket.next("messages_read")).message_ids).toEqual([messageId]);
          for (const viewer of [ada, bob]) {
            const { results, count } = await viewer.messages(id);
            expect(results[0]).toMatchObject({ id: messageId, content: `round ${round}`, is_read: true });
            expect(count).toBe(messageId);
          }
        }

        const overRest = await bob.say(ada, "over REST");
        expect((await adaSocket.next("chat_message")).message_id).toBe(overRest.id);
        expect((await bobSocket.next("chat_message")).message_id).toBe(overRest.id);
        expect((await ada.read(id, [overRest.id])).message_ids).toEqual([overRest.id]);
        expect((await bobSocket.next("messages_read")).read_by).toBe(ada.id);
        expect((await adaSocket.next("messages_read")).read_by).toBe(ada.id);

        const adaPhone = await ada.openChat(id);
        expect((await adaPhone.next("user_online")).user_id).toBe(bob.id);
        const list = await ada.conversations();
        expect(list.map((one) => one.id)).toEqual([id]);
        const detail = await bob.get(`conversations/${id}/`);
        expect(detail.status).toBe(200);
        expect(archivedIds(persistTo, id)).toEqual([1]);
      } finally {
        outage[Symbol.dispose]();
      }

      const { count } = await ada.messages(id);
      expect(count).toBe(ROUNDS + 2);
      const archived = await until(
        "D1 to have every message",
        () => {
          const ids = archivedIds(persistTo, id);
          return ids.length >= count ? ids : undefined;
        },
        60_000,
      );
      expect(archived).toEqual(Array.from({ length: count }, (_, index) => index + 1));
      for (const [viewer, unread] of [
        [ada, 0],
        [bob, 1],
      ] as const) {
        await until("the list to catch up", async () => {
          const { last_message: last, unread_count: count } = await viewer.listed(id);
          return last?.id === ROUNDS + 2 && last.is_read && count === unread ? true : undefined;
        });
      }
      const told = await notifications.nextOf("new_message", ROUNDS);
      expect(told.map((event) => event.message_id)).toEqual(
        Array.from({ length: ROUNDS }, (_, index) => index + 2),
      );
    },
  );
});
