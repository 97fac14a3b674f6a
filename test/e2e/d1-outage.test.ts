/** While D1 takes no write: chat, typing, receipts and recent history go on, and D1 catches up afterwards. */
import { describe, expect } from "vitest";
import { archivedIds, holdWrites } from "../support/e2e/d1-file.ts";
import { testOn } from "../support/e2e/test.ts";
import { until } from "../support/e2e/until.ts";

const ROUNDS = 20;
const test = testOn({});

describe("while D1 fails", () => {
  test(
    "[C12] [R8] the room goes on, and D1 has everything afterwards",
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

        expect((await bob.messages(id, `before=${ROUNDS}`)).results[0]?.id).toBe(ROUNDS - 1);
        expect((await ada.conversation(id)).messages[0]?.id).toBe(ROUNDS + 1);

        const adaPhone = await ada.openChat(id);
        expect((await adaPhone.next("user_online")).user_id).toBe(bob.id);
        bobSocket.send({ type: "chat_message", content: "read me over REST" });
        for (const socket of [adaSocket, bobSocket, adaPhone]) await socket.next("chat_message");
        expect((await ada.read(id)).message_ids).toEqual([ROUNDS + 2]);
        expect((await bobSocket.next("messages_read")).message_ids).toEqual([ROUNDS + 2]);
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
      for (const [viewer, left] of [
        [ada, 0],
        [bob, 1], // the one from before
      ] as const) {
        await until("the list to catch up", async () => {
          const { last_message: last, unread_count: unread } = await viewer.listed(id);
          return last?.id === ROUNDS + 2 && last.is_read && unread === left ? true : undefined;
        });
      }
      const told = await notifications.nextOf("new_message", ROUNDS);
      expect(told.map((event) => event.message_id)).toEqual(
        Array.from({ length: ROUNDS }, (_, index) => index + 2),
      );
    },
  );

  test("[R6] [R8] [E5] REST sends on and lists, be it late", { timeout: 120_000 }, async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    await ada.say(bob, "before");
    using _outage = holdWrites(world.server.persistTo);
    const sent = await bob.say(ada, "meanwhile");
    expect(sent).toMatchObject({ conversation: id, id: 2 });
    expect((await ada.messages(id)).results.map((message) => message.id)).toEqual([2, 1]);
    expect((await ada.conversations()).map((one) => one.id)).toEqual([id]);
  });
});
