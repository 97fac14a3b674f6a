/** A server that is killed amid a stream of messages: whatever anyone was told of is there afterwards, once, in order. */
import { describe, expect, test } from "vitest";
import type { ChatSocket } from "../support/e2e/chat-socket.ts";
import type { User } from "../support/e2e/client.ts";
import { archivedIds } from "../support/e2e/d1-file.ts";
import type { Message } from "../support/e2e/shapes.ts";
import { makeDataFolder, removeDataFolder, startServer } from "../support/e2e/server.ts";
import { until } from "../support/e2e/until.ts";
import { World } from "../support/e2e/world.ts";

const ROUNDS = 3;
const IN_FLIGHT = 32;
const SECRET = "the same secret before and after the restart";

/** What the two sides were told, by message id: content at the echo, content at the other side, time of reading. */
interface Told {
  readonly echoed: Map<number, string>;
  readonly shown: Map<number, string>;
  readonly read: Map<number, string>;
}

/** Keeps `IN_FLIGHT` messages on their way until the socket dies, and notes each echo at once. */
async function stream(socket: ChatSocket, round: number, { echoed }: Told): Promise<void> {
  let sent = 0;
  const send = () => socket.send({ type: "chat_message", content: `round ${round}, message ${++sent}` });
  for (let first = 0; first < IN_FLIGHT; first++) send();
  for (let type = await socket.peek(); type !== undefined; type = await socket.peek()) {
    if (type === "messages_read") {
      await socket.next(type);
      continue;
    }
    const event = await socket.next("chat_message");
    expect(echoed.has(event.message_id)).toBe(false);
    echoed.set(event.message_id, event.content);
    if (socket.isOpen) send();
  }
}

/** Notes what the other side is told until its socket dies, and reads some of it. */
async function watch(socket: ChatSocket, { shown, read }: Told): Promise<void> {
  for (let type = await socket.peek(); type !== undefined; type = await socket.peek()) {
    if (type === "messages_read") {
      const event = await socket.next(type);
      for (const messageId of event.message_ids) read.set(messageId, event.read_at);
      continue;
    }
    const event = await socket.next("chat_message");
    shown.set(event.message_id, event.content);
    if (event.message_id % 7 === 0 && socket.isOpen) {
      socket.send({ type: "mark_read", message_ids: [event.message_id] });
    }
  }
}

/** The whole history, oldest first. */
async function everything(user: User, conversationId: number): Promise<Message[]> {
  const first = await user.messages(conversationId, "page_size=100");
  const all = [...first.results];
  for (let { next } = first; next !== null;) {
    const page = await user.follow(next);
    all.push(...page.results);
    next = page.next;
  }
  return all.reverse();
}

describe("kill -9", () => {
  test(
    "[C12] [C13] [C17] loses nothing that anyone was told, in the room or in D1",
    { timeout: 180_000 },
    async () => {
      const persistTo = await makeDataFolder();
      const options = { persistTo, vars: { JWT_SECRET: SECRET } };
      let server = await startServer(options);
      try {
        const before = new World(server);
        const { ada, bob, id } = await before.pair();
        const told: Told = { echoed: new Map(), shown: new Map(), read: new Map() };

        for (let round = 1; round <= ROUNDS; round++) {
          const world = new World(server);
          const adaSocket = await world.as(ada.id, ada.token).openChat(id);
          const bobSocket = await world.as(bob.id, bob.token).openChat(id);
          await adaSocket.next("user_online");
          await bobSocket.next("user_online");
          const enough = told.echoed.size + 100 * round;
          const dying = Promise.all([stream(adaSocket, round, told), watch(bobSocket, told)]);
          await Promise.race([
            until("enough echoes, and something read", () =>
              told.echoed.size >= enough && told.read.size > 0 ? true : undefined,
            ),
            dying,
          ]);
          await server.kill9();
          // Both saw nothing but what they may see, to the end.
          await dying;
          expect(told.echoed.size).toBeGreaterThanOrEqual(enough);
          expect(told.read.size).toBeGreaterThan(0);
          // A kill is no close: nobody had the time to say so.
          expect((await adaSocket.closed).code).toBe(1006);

          server = await startServer(options);
          const again = new World(server);
          for (const viewer of [again.as(ada.id, ada.token), again.as(bob.id, bob.token)]) {
            const history = await everything(viewer, id);
            expect(history.map((message) => message.id)).toEqual(history.map((_, index) => index + 1));
            const stored = new Map(history.map((message) => [message.id, message.content]));
            for (const [messageId, content] of [...told.echoed, ...told.shown])
              expect(stored.get(messageId)).toBe(content);
            expect(new Set(stored.values()).size).toBe(history.length);
            expect((await viewer.listed(id)).last_message?.id).toBe(history.length);
          }
        }

        const { count } = await new World(server).as(ada.id, ada.token).messages(id);
        const archived = await until("D1 to have every message", () => {
          const ids = archivedIds(persistTo, id);
          return ids.length >= count ? ids : undefined;
        });
        expect(archived).toEqual(Array.from({ length: count }, (_, index) => index + 1));
        const further = await new World(server).as(bob.id, bob.token).say(ada, "after it all");
        expect(further.id).toBe(count + 1);
      } finally {
        await server.stop();
        await removeDataFolder(persistTo);
      }
    },
  );
});
