/** Whatever happens on the way, in the end both have the one log, with every message once and in its sender's order. */
import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ChatStorage, ConversationStore } from "../../../src/client/index.ts";
import { ADA, CONVERSATION, FakeServer, GRACE } from "./support/fake-server.ts";
import { fakeToken } from "./support/fake-token.ts";
import { clientOf, contents, pass } from "./support/setup.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Step =
  | { readonly do: "send" | "read" | "reload" | "older"; readonly as: 0 | 1 }
  | { readonly do: "cut" | "kill" | "lose"; readonly socket: number }
  | { readonly do: "down" | "forget" | "refuse" | "burst" }
  | { readonly do: "elsewhere"; readonly as: 0 | 1; readonly ids: readonly number[] }
  | { readonly do: "pass"; readonly milliseconds: number };

/** How many messages somebody sends in a burst: more than a page. */
const BURST = 55;

const as = fc.constantFrom<0 | 1>(0, 1);
const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("send", "send", "read"), as }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("pass"),
      milliseconds: fc.constantFrom(1, 3, 7, 40, 150, 700, 9_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("cut", "cut", "kill", "lose"), socket: fc.nat({ max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("reload", "older"), as }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("down", "forget", "refuse", "burst") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("elsewhere"),
      as,
      ids: fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 30 }),
    }),
  },
);

/** One user's device, which may be reloaded. */
class Device {
  readonly sent: string[] = [];
  conversation: ConversationStore;
  readonly #server: FakeServer;
  readonly #userId: number;
  readonly #storage: ChatStorage;
  #end: () => void = () => {};

  constructor(server: FakeServer, userId: number) {
    const items = new Map<string, string>();
    this.#server = server;
    this.#userId = userId;
    this.#storage = {
      getItem: async (key) => items.get(key),
      setItem: async (key, value) => items.set(key, value),
      removeItem: async (key) => items.delete(key),
    };
    this.conversation = this.#start();
  }

  send(): void {
    const content = `${this.#userId}:${this.sent.length}`;
    this.sent.push(content);
    this.conversation.send(content);
  }

  async reload(): Promise<void> {
    // What was written in this very moment may still be on its way to the storage.
    await pass(1);
    this.#end();
    this.conversation = this.#start();
    await pass(1);
  }

  #start(): ConversationStore {
    const client = clientOf(this.#server, { token: fakeToken.of(this.#userId), storage: this.#storage });
    this.#end = () => void client.close();
    const conversation = client.conversation(CONVERSATION);
    conversation.open();
    conversation.subscribe(() => expectOneRun(conversation));
    return conversation;
  }
}

/** At no moment is there a gap, a double, or a stored message after an unsent one. */
function expectOneRun(conversation: ConversationStore): void {
  const { messages } = conversation.getSnapshot();
  const stored = messages.filter(({ id }) => id !== null).map(({ id }) => Number(id));
  const first = stored[0] ?? 1;
  if (stored.some((id, at) => id !== first + at)) throw new Error(`There is a gap in ${stored.join()}`);
  if (messages.slice(0, stored.length).some(({ id }) => id === null))
    throw new Error("Unsent before stored.");
  if (new Set(messages.map(({ key }) => key)).size < messages.length)
    throw new Error("A key is there twice.");
}

async function run(
  server: FakeServer,
  devices: readonly [Device, Device],
  steps: readonly Step[],
): Promise<void> {
  for (const step of steps) {
    switch (step.do) {
      case "send":
        devices[step.as].send();
        break;
      case "read":
        devices[step.as].conversation.markRead();
        break;
      case "reload":
        await devices[step.as].reload();
        break;
      case "older":
        void devices[step.as].conversation.loadOlder().catch(() => {});
        break;
      case "cut":
        server.sockets.at(-1 - step.socket)?.cut();
        break;
      case "kill": {
        const socket = server.sockets.at(-1 - step.socket);
        if (socket !== undefined) socket.isDead = true;
        break;
      }
      case "lose": {
        const socket = server.sockets.at(-1 - step.socket);
        if (socket?.state === "open") socket.losing += 1;
        break;
      }
      case "burst":
        for (let number = 0; number < BURST; number++) server.post(GRACE, "burst");
        break;
      case "elsewhere":
        server.read(step.as === 0 ? ADA : GRACE, step.ids);
        break;
      case "down":
        server.isDown = !server.isDown;
        if (server.isDown) server.cutAll();
        break;
      case "forget":
        server.oldestCursor = server.version;
        break;
      case "refuse":
        server.refusals.push({ code: "RATE_LIMITED", message: "Later." });
        break;
      case "pass":
        await pass(step.milliseconds);
        break;
    }
  }
}

it("drops, dead links, outages, resyncs, refusals and reloads lose, double and reorder nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 80, size: "+1" }),
      fc.nat({ max: 80 }),
      async (steps, history) => {
        const server = new FakeServer();
        for (let number = 1; number <= history; number++) server.post(GRACE, `h${number}`);
        const devices = [new Device(server, ADA), new Device(server, GRACE)] as const;
        await run(server, devices, steps);
        server.isDown = false;
        await pass(200_000);
        // Only the next event shows that the last one was lost.
        server.sockets.forEach((socket) => (socket.losing = 0));
        server.tellAll({ type: "user_offline", user_id: 99, username: "nobody" });
        await pass(100_000);

        const log = server.messages.map(({ content }) => content);
        for (const device of devices) {
          const mine = new Set(device.sent);
          expect(log.filter((content) => mine.has(content))).toEqual(device.sent);
          while (device.conversation.getSnapshot().hasOlder) {
            void device.conversation.loadOlder();
            await pass(20);
          }
          expect(contents(device.conversation)).toEqual(log);
        }
        const bursts = steps.filter((step) => step.do === "burst").length;
        expect(log).toHaveLength(history + bursts * BURST + devices[0].sent.length + devices[1].sent.length);

        const [ada, grace] = devices.map(({ conversation }) => conversation.getSnapshot());
        for (const [snapshot, userId] of [
          [ada, ADA],
          [grace, GRACE],
        ] as const) {
          expect(snapshot?.connection).toBe("live");
          expect(snapshot?.unreadCount).toBe(server.conversation(userId).unread_count);
          const read = snapshot?.messages.filter(({ status }) => status === "read").map(({ id }) => id);
          expect(read).toEqual(server.messages.filter(({ readAt }) => readAt !== null).map(({ id }) => id));
        }
        await Promise.all(devices.map((device) => device.reload()));
        vi.clearAllTimers();
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);
