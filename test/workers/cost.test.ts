/** What each operation costs, counted exactly, and the budgets that it must keep. `npm run cost` prints it with prices. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, test, type TestContext } from "vitest";
import { budgetOf, type Operation } from "../../bench/cost/budgets.ts";
import { COST_FIELDS, costOf, Meter, rowsWritten, type Cost } from "../../bench/cost/meter.ts";
import { UserInbox } from "../../src/inbox/user-inbox.ts";
import { ConversationRoom } from "../../src/room/conversation-room.ts";
import { call, startConversation } from "../support/workers/http.ts";
import { newPerson, withShortToken, type Person } from "../support/workers/people.ts";
import { openCore, openInbox, type CoreSocket } from "../support/workers/socket.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What the operation that names the test was charged for. */
    cost?: Cost;
  }
}

const ROUNDS = 5;
const LOAD = 1_280;
const IN_FLIGHT = 64;

const meter = new Meter();
/** Rooms of the test that runs. */
let rooms: number[] = [];

beforeAll(async () => {
  meter.watchTimers();
  meter.watchObject(ConversationRoom.prototype);
  meter.watchObject(UserInbox.prototype);
  await runInDurableObject(env.USER_INBOX.getByName("0"), (_, { storage }) => {
    meter.watchStorage(Object.getPrototypeOf(storage), Object.getPrototypeOf(storage.sql));
  });
  meter.watchNamespace(Object.getPrototypeOf(env.USER_INBOX));
  meter.watchD1(Object.getPrototypeOf(env.DB), Object.getPrototypeOf(env.DB.prepare("SELECT 1")));
});

// An alarm left standing would go off ten seconds later, amid some other operation.
afterEach(async () => {
  for (const id of rooms) await rest(id);
  rooms = [];
  meter.take();
});

/** Says that an operation costs what its budget allows, and hands what it costs to the report. */
function costs(operation: Operation, measure: () => Promise<Cost>): void {
  test(operation, { timeout: 30_000 }, async ({ task }: TestContext) => {
    const cost = await measure();
    task.meta.cost = cost;
    const budget = budgetOf(operation);
    expect(
      COST_FIELDS.filter((field) => cost[field] > (budget[field] ?? 0)),
      JSON.stringify(cost),
    ).toEqual([]);
  });
}

/** Says that besides, a message sent stays within the target of the design. */
function costsAMessage(operation: Operation, mostRows: number, measure: () => Promise<Cost>): void {
  costs(operation, async () => {
    const cost = await measure();
    expect(rowsWritten(cost)).toBeLessThanOrEqual(mostRows);
    expect(cost.d1Batches).toBeLessThanOrEqual(1);
    if (cost.workerRequests === 0) expect(cost.d1Queries).toBe(0);
    return cost;
  });
}

/** Somebody whom the directory knows. */
async function knownPerson(): Promise<Person> {
  const person = await withShortToken(await newPerson(), 3600);
  await call(person, "GET", "conversations/");
  return person;
}

/** Two connected users and a conversation of some messages by Ada, everything at rest. */
async function pair(messages = 10) {
  const [ada, bob] = [await knownPerson(), await knownPerson()];
  const { id } = await startConversation(ada, bob);
  rooms.push(id);
  const [adaSocket, bobSocket] = [await openCore(ada, id), await openCore(bob, id)];
  for (let index = 0; index < messages; index++) say(adaSocket);
  await rest(id);
  meter.take();
  return { ada, bob, id, adaSocket, bobSocket };
}

function say(socket: CoreSocket, clientId?: string): void {
  send(socket, { type: "chat_message", content: "hello", ...(clientId && { client_id: clientId }) });
}

function send(socket: CoreSocket, frame: object): void {
  meter.frameSent();
  socket.sendNow(frame);
}

async function request(person: Person, method: "GET" | "POST", path: string, body?: object): Promise<void> {
  meter.add("workerRequests");
  const { status } = await call(person, method, path, body);
  expect(status).toBeLessThan(300);
}

/** The tests' own way to a room, which is not counted. */
function stubOf(id: number): DurableObjectStub<ConversationRoom> {
  return env.CONVERSATION_ROOM.get(env.CONVERSATION_ROOM.idFromName(String(id)));
}

/** Waits until nothing is under way and the alarm has come, as if a quarter of a minute had passed. */
async function rest(id: number): Promise<void> {
  await meter.settle();
  await runDurableObjectAlarm(stubOf(id));
  await meter.settle();
}

/** The cost of something and all that it sets off. */
async function settled(act: () => void | Promise<unknown>): Promise<Cost> {
  await act();
  await meter.settle();
  return meter.take();
}

/** The highest that doing something several times, one by one, costs in each field. */
async function dearest(once: (index: number) => Promise<Cost>): Promise<Cost> {
  const found: Cost[] = [];
  for (let index = 0; index < ROUNDS; index++) found.push(await once(index));
  return costOf((field) => Math.max(...found.map((cost) => cost[field])));
}

costs("Start a conversation", async () => {
  const [ada, bob] = [await knownPerson(), await knownPerson()];
  await meter.settle();
  meter.take();
  return settled(() => request(ada, "POST", "conversations/start/", { user_id: bob.id }));
});

costs("Connect a chat socket", async () => {
  const { ada, id } = await pair();
  meter.add("workerRequests");
  return settled(() => openCore(ada, id));
});

costs("Connect a notification socket", async () => {
  const { ada } = await pair();
  meter.add("workerRequests");
  return settled(() => openInbox(ada));
});

costs("Keep a notification socket open for 15 minutes", async () => {
  const { ada } = await pair();
  await settled(() => openInbox(ada));
  return settled(() => runDurableObjectAlarm(env.USER_INBOX.get(env.USER_INBOX.idFromName(String(ada.id)))));
});

costsAMessage("Send over a socket, within 10 s of the one before", 6, async () => {
  const { adaSocket } = await pair();
  await settled(() => say(adaSocket));
  return dearest(() => settled(() => say(adaSocket)));
});

costsAMessage("Send over a socket, over 10 s after the one before", 6, async () => {
  const { id, adaSocket } = await pair();
  return dearest(() =>
    settled(async () => {
      say(adaSocket);
      await rest(id);
    }),
  );
});

costsAMessage("Send over a socket of a room that sleeps", 6, async () => {
  const { id, adaSocket } = await pair();
  return dearest(async () => {
    await evictDurableObject(stubOf(id));
    return settled(async () => {
      say(adaSocket);
      await rest(id);
    });
  });
});

costsAMessage("Send over a socket with a client_id", 7, async () => {
  const { adaSocket } = await pair();
  await settled(() => say(adaSocket));
  return dearest((index) => settled(() => say(adaSocket, `key-${index}`)));
});

costsAMessage("Send to someone who has a notification socket only", 6, async () => {
  const { adaSocket, bob, bobSocket } = await pair();
  await openInbox(bob);
  await bobSocket.close();
  await settled(() => say(adaSocket));
  return dearest(() => settled(() => say(adaSocket)));
});

costsAMessage("Send over REST", 6, async () => {
  const { ada, bob } = await pair();
  const post = () => request(ada, "POST", "send/", { recipient_id: bob.id, content: "hello" });
  await settled(post);
  return dearest(() => settled(post));
});

costsAMessage("Send under load, 64 in flight", 3.5, () => underLoad(() => undefined));
costsAMessage("Send under load, 64 in flight, with a client_id", 4.5, () =>
  underLoad((index) => `key-${index}`),
);

/**
 * Hands a room frames as its runtime would, never more than 64 of them without an echo. From inside, as the test pool lets
 * in an event every few milliseconds only, which would be no load.
 */
async function underLoad(clientId: (index: number) => string | undefined): Promise<Cost> {
  const { ada, id, adaSocket } = await pair();
  adaSocket.drain();
  const total = await settled(async () => {
    await runInDurableObject(stubOf(id), async (room, state) => {
      const own = state.getWebSockets().find((one) => one.deserializeAttachment()?.userId === ada.id);
      if (own === undefined) throw new Error("no socket");
      let [sent, echoed] = [0, 0];
      while (echoed < LOAD) {
        for (; sent < LOAD && sent - echoed < IN_FLIGHT; sent++) {
          meter.frameSent();
          const frame = { type: "chat_message", content: "hello", client_id: clientId(sent) };
          room.webSocketMessage(own, JSON.stringify(frame));
        }
        await new Promise((resolve) => setTimeout(resolve, 0));
        echoed += adaSocket.drain().length;
      }
    });
    await rest(id);
  });
  return costOf((field) => total[field] / LOAD);
}

const FIFTY = Array.from({ length: 50 }, (_, index) => index + 1);

for (const [operation, held, ids] of [
  ["Mark 1 message as read", 50, { message_ids: [1] }],
  ["Mark 50 messages as read", 60, { message_ids: FIFTY }],
  ["Mark all as read, 50 messages", 50, {}],
] as const) {
  costs(operation, async () => {
    const { bobSocket } = await pair(held);
    return settled(() => send(bobSocket, { type: "mark_read", ...ids }));
  });
}

costs("Mark all as read over REST, 50 messages", async () => {
  const { bob, id } = await pair(50);
  return settled(() => request(bob, "POST", `conversations/${id}/read/`, {}));
});

costs("Type, and stop", async () => {
  const { adaSocket } = await pair();
  return settled(() => {
    send(adaSocket, { type: "typing" });
    send(adaSocket, { type: "stop_typing" });
  });
});

for (const [operation, held, path] of [
  ["Read a page of 50", 100, "/messages/"],
  ["Open a conversation of 100 messages", 100, "/"],
  ["List 1 conversation", 1, null],
] as const) {
  costs(operation, async () => {
    const { ada, id } = await pair(held);
    return settled(() => request(ada, "GET", `conversations/${path === null ? "" : id + path}`));
  });
}

costs("List 100 conversations", async () => {
  const { ada } = await pair(1);
  const others = JSON.stringify(Array.from({ length: 99 }, (_, index) => 1_000_000 + index));
  const statements = [
    "INSERT INTO conversations (id, pair_key, created_at) SELECT value, ?2 || ':' || value, 0 FROM json_each(?1)",
    "INSERT INTO participants (user_id, conversation_id) SELECT ?2, value FROM json_each(?1)",
    "INSERT INTO participants (user_id, conversation_id) SELECT value, value FROM json_each(?1) WHERE ?2",
    "INSERT INTO messages SELECT value, 1, ?2, 'hello', 0, NULL, 1, 0 FROM json_each(?1)",
  ];
  await env.DB.batch(statements.map((sql) => env.DB.prepare(sql).bind(others, ada.id)));
  meter.take();
  return settled(() => request(ada, "GET", "conversations/"));
});
