/** What an event or an answer has told a user, that user's later requests show: many rounds, under some load. */
import process from "node:process";
import { describe, expect } from "vitest";
import type { User } from "../support/e2e/client.ts";
import { test } from "../support/e2e/test.ts";

const ROUNDS = Number(process.env["R8_ROUNDS"] ?? 150);
const TIMEOUT_MS = 180_000;

/** Both requests that a client makes upon an event show this newest message and this count of unread ones. */
async function expectShown(
  viewer: User,
  conversationId: number,
  message: { readonly id: number; readonly read: boolean },
  unread: number,
): Promise<void> {
  const [history, listed] = await Promise.all([
    viewer.messages(conversationId),
    viewer.listed(conversationId),
  ]);
  expect(history.results[0]).toMatchObject({ id: message.id, is_read: message.read });
  expect(history.count).toBe(message.id);
  expect(listed.last_message).toMatchObject({ id: message.id, is_read: message.read });
  expect(listed.unread_count).toBe(unread);
}

describe.concurrent("later requests", () => {
  for (const pair of ["first", "second"]) {
    test(`[R8] see what chat sockets told, ${pair} pair`, { timeout: TIMEOUT_MS }, async ({ world }) => {
      const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
      for (let round = 1; round <= ROUNDS; round++) {
        adaSocket.send({ type: "chat_message", content: `round ${round}` });
        const { message_id: messageId } = await adaSocket.next("chat_message");
        const sent = { id: messageId, read: false };
        const received = bobSocket.next("chat_message").then(() => expectShown(bob, id, sent, 1));
        await Promise.all([expectShown(ada, id, sent, 0), received]);

        bobSocket.send({ type: "mark_read", message_ids: [messageId] });
        const read = { id: messageId, read: true };
        await Promise.all([
          adaSocket.next("messages_read").then(() => expectShown(ada, id, read, 0)),
          bobSocket.next("messages_read").then(() => expectShown(bob, id, read, 0)),
        ]);
      }
    });
  }

  for (const pair of ["third", "fourth"]) {
    test(
      `[R8] see what notifications and answers told, ${pair} pair`,
      { timeout: TIMEOUT_MS },
      async ({ world }) => {
        const { ada, bob, id } = await world.pair();
        const notifications = await bob.openNotifications();
        let unread = 0;
        for (let round = 1; round <= ROUNDS; round++) {
          const { id: messageId } = await ada.say(bob, `round ${round}`);
          unread++;
          const sent = { id: messageId, read: false };
          const notified = notifications.next("new_message").then(async (event) => {
            expect(event.message_id).toBe(messageId);
            await expectShown(bob, id, sent, unread);
          });
          await Promise.all([expectShown(ada, id, sent, 0), notified]);

          // Every third round, so that unread messages pile up in between.
          if (round % 3 !== 0) continue;
          expect((await bob.read(id)).message_ids).toHaveLength(unread);
          unread = 0;
          await expectShown(bob, id, { id: messageId, read: true }, 0);
        }
      },
    );
  }

  test("[R8] see one's own start and its first message", async ({ world }) => {
    const ada = await world.user();
    for (let round = 1; round <= 20; round++) {
      const bob = await world.user();
      const { id } = await ada.start(bob);
      expect((await ada.conversations()).map((one) => one.id)).toContain(id);
      const notifications = await bob.openNotifications();
      const adaSocket = await ada.openChat(id);
      adaSocket.send({ type: "chat_message", content: "first" });
      await Promise.all([
        adaSocket.next("chat_message").then(() => expectShown(ada, id, { id: 1, read: false }, 0)),
        notifications.next("new_message").then(() => expectShown(bob, id, { id: 1, read: false }, 1)),
      ]);
    }
  });
});
