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

  test("[R8] see what a socket told that has ended since", { timeout: TIMEOUT_MS }, async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    const adaSocket = await ada.openChat(id);
    for (let round = 1; round <= ROUNDS / 3; round++) {
      for (const action of ["receive", "read"] as const) {
        const bobSocket = await bob.openChat(id);
        await bobSocket.next("user_online");
        await adaSocket.next("user_online");
        if (action === "receive") {
          adaSocket.send({ type: "chat_message", content: `round ${round}` });
          await bobSocket.next("chat_message");
        } else {
          bobSocket.send({ type: "mark_read" });
          await bobSocket.next("messages_read");
        }
        bobSocket.terminate();
        await expectShown(bob, id, { id: round, read: action === "read" }, action === "read" ? 0 : 1);
        await adaSocket.next(action === "receive" ? "chat_message" : "messages_read");
        await adaSocket.next("user_offline");
      }
    }
  });

  test("[R8] [N2] see messages of many conversations at once", { timeout: TIMEOUT_MS }, async ({ world }) => {
    const each = Math.ceil(ROUNDS / 5);
    const ada = await world.user();
    const others = await Promise.all(Array.from({ length: 6 }, () => world.user()));
    const notifications = await ada.openNotifications();
    const sending = others.map(async (other) => {
      for (let number = 1; number <= each; number++) await other.say(ada, `message ${number}`);
    });
    const newest = new Map<number, number>();
    for (let seen = 0; seen < each * others.length; seen++) {
      const event = await notifications.next("new_message");
      expect(event.message_id).toBe((newest.get(event.conversation_id) ?? 0) + 1);
      newest.set(event.conversation_id, event.message_id);
      const listed = await ada.listed(event.conversation_id);
      expect(listed.last_message?.id).toBeGreaterThanOrEqual(event.message_id);
      expect(listed.unread_count).toBe(listed.last_message?.id);
    }
    await Promise.all(sending);
    expect([...newest.values()]).toEqual(others.map(() => each));
  });
});
