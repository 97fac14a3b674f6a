/** The SDK against the running server: whatever happens to the network, everything arrives once and in order. */
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect } from "vitest";
import WebSocketOfNode from "ws";
import {
  ChatApiError,
  ChatClient,
  type ChatClientOptions,
  type ChatStorage,
  type ConversationStore,
  type Observable,
} from "../../src/client/index.ts";
import type { User } from "../support/e2e/client.ts";
import { test as baseTest } from "../support/e2e/test.ts";
import type { World } from "../support/e2e/world.ts";

/** A network that a test can cut. */
class Network {
  isUp = true;
  readonly #sockets = new Set<WebSocketOfNode>();

  /** The options of a client on this network. */
  get options(): Pick<ChatClientOptions, "WebSocket" | "fetch"> {
    const join = (socket: WebSocketOfNode) => this.#sockets.add(socket);
    const reachable = (url: string) => (this.isUp ? url : "ws://127.0.0.1:1");
    return {
      fetch: (url, init) => {
        if (!this.isUp) throw new TypeError("fetch failed");
        return fetch(url, init);
      },
      WebSocket: class extends WebSocketOfNode {
        constructor(url: string) {
          super(reachable(url));
          join(this);
        }
      },
    };
  }

  /** Ends every connection at once, with whatever is on its way. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#sockets.clear();
  }

  goDown(): void {
    this.isUp = false;
    this.cut();
  }
}

/** Makes a client of a user; it ends with the test. */
type Sdk = (user: User, options?: Partial<ChatClientOptions>) => ChatClient;

const test = baseTest.extend<{ readonly sdk: Sdk }>({
  sdk: async ({ world }, use) => {
    const clients: ChatClient[] = [];
    await use((user, options = {}) => {
      const client = new ChatClient({ url: world.server.url, token: user.token, ...options });
      clients.push(client);
      return client;
    });
    await Promise.all(clients.map((client) => client.close()));
  },
});

/** Resolves once the snapshot is as wanted. */
function becomes<T>(store: Observable<T>, isWanted: (snapshot: T) => boolean, withinMs = 25_000): Promise<T> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const snapshot = store.getSnapshot();
      if (!isWanted(snapshot)) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(snapshot);
    };
    const unsubscribe = store.subscribe(check);
    const timer = setTimeout(() => {
      unsubscribe();
      reject(new Error(`Not within ${withinMs} ms: ${JSON.stringify(store.getSnapshot()).slice(0, 2_000)}`));
    }, withinMs);
    check();
  });
}

async function isLive(conversation: ConversationStore): Promise<void> {
  await becomes(conversation, ({ connection }) => connection === "live");
}

function contents(conversation: ConversationStore): string[] {
  return conversation.getSnapshot().messages.map(({ content }) => content);
}

/** Ada's and Bob's clients with their conversation open and live. */
async function chatting(world: World, sdk: Sdk, options: Partial<ChatClientOptions> = {}) {
  const { ada, bob, id } = await world.pair();
  const [adaClient, bobClient] = [sdk(ada, options), sdk(bob)];
  const [adas, bobs] = [adaClient.conversation(id), bobClient.conversation(id)];
  const close = adas.open();
  bobs.open();
  await Promise.all([isLive(adas), isLive(bobs)]);
  return { ada, bob, id, adaClient, bobClient, adas, bobs, close };
}

describe.concurrent("two clients", () => {
  test("see each other's messages, reading, typing and presence", async ({ world, sdk }) => {
    const { ada, bob, adas, bobs, close } = await chatting(world, sdk);
    await becomes(adas, ({ online }) => online.includes(bob.id));
    await becomes(bobs, ({ online }) => online.includes(ada.id));
    adas.typing();
    await becomes(bobs, ({ typing }) => typing.includes(ada.id));
    const key = adas.send("hello 👋");
    await becomes(bobs, ({ messages }) => messages.length === 1);
    expect(bobs.getSnapshot()).toMatchObject({
      me: bob.id,
      other: { id: ada.id },
      typing: [],
      unreadCount: 1,
      messages: [{ id: 1, content: "hello 👋", mine: false, senderId: ada.id, status: "delivered" }],
    });
    await becomes(adas, ({ messages }) => messages[0]?.status === "delivered");
    bobs.markRead();
    const { messages } = await becomes(adas, (snapshot) => snapshot.messages[0]?.status === "read");
    expect(messages).toMatchObject([{ key, id: 1, mine: true, readAt: expect.any(String) }]);
    await becomes(bobs, ({ unreadCount }) => unreadCount === 0);
    close();
    await becomes(bobs, ({ online }) => online.length === 0);
  });

  test("page back through history", async ({ world, sdk }) => {
    const { ada, id } = await world.pairWithHistory(130);
    const conversation = sdk(ada).conversation(id);
    conversation.open();
    await isLive(conversation);
    while (conversation.getSnapshot().hasOlder) await conversation.loadOlder();
    expect(contents(conversation)).toEqual(Array.from({ length: 130 }, (_, at) => `message ${at + 1}`));
  });

  test("lose, double and reorder nothing while connections break in mid-send", async ({ world, sdk }) => {
    const network = new Network();
    const { ada, id, adas, bobs } = await chatting(world, sdk, network.options);
    const sent: string[] = [];
    for (let number = 1; number <= 40; number++) {
      sent.push(`message ${number}`);
      adas.send(`message ${number}`);
      bobs.send(`answer ${number}`);
      await delay(Math.random() * 30);
      if (number % 5 === 0) network.cut();
    }
    for (const conversation of [adas, bobs]) {
      await becomes(conversation, ({ messages }) => messages.filter((message) => message.id).length === 80);
    }
    expect(contents(adas)).toEqual(contents(bobs));
    expect(contents(adas).filter((content) => content.startsWith("message"))).toEqual(sent);
    expect((await ada.messages(id)).count).toBe(80);
  });

  test("catch up after having been offline, with what was written meanwhile on both sides", async ({
    world,
    sdk,
  }) => {
    const network = new Network();
    const { bob, id, adaClient, adas, bobs } = await chatting(world, sdk, network.options);
    adas.send("before");
    await becomes(bobs, ({ messages }) => messages.length === 1);
    network.goDown();
    await becomes(adas, ({ connection }) => connection === "offline");
    for (const content of ["offline 1", "offline 2"]) adas.send(content);
    bobs.send("while you were away");
    bobs.markRead();
    await becomes(bobs, ({ messages }) => messages.every(({ status }) => status !== "sending"));
    expect(
      adas
        .getSnapshot()
        .messages.map(({ status }) => status)
        .slice(1),
    ).toEqual(["sending", "sending"]);
    network.isUp = true;
    adaClient.wake();
    await becomes(bobs, ({ messages }) => messages.length === 4);
    await becomes(adas, ({ messages }) => messages.every(({ id: messageId }) => messageId !== null));
    expect(contents(adas)).toEqual(["before", "while you were away", "offline 1", "offline 2"]);
    expect(contents(bobs)).toEqual(contents(adas));
    await becomes(adas, ({ messages }) => messages[0]?.status === "read");
    expect((await bob.messages(id)).count).toBe(4);
  });

  test("send after a reload what was left unsent, once", async ({ world, sdk }) => {
    const items = new Map<string, string>();
    const storage: ChatStorage = {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => items.set(key, value),
      removeItem: (key) => items.delete(key),
    };
    const network = new Network();
    const { ada, id, adaClient, adas, bobs } = await chatting(world, sdk, { ...network.options, storage });
    adas.send("on its way");
    // Late enough to be stored, too early for the echo: or not. Either way it must be there once.
    await delay(3);
    network.goDown();
    adas.send("left behind");
    await delay(10);
    await adaClient.close();

    const again = sdk(ada, { storage });
    await again.resumeOutbox();
    await becomes(bobs, ({ messages }) => messages.length === 2);
    const conversation = again.conversation(id);
    conversation.open();
    await isLive(conversation);
    expect(contents(conversation)).toEqual(["on its way", "left behind"]);
    expect(contents(bobs)).toEqual(["on its way", "left behind"]);
    await becomes(conversation, () => items.size === 0);
  });
});

describe.concurrent("a token", () => {
  test("that expires is replaced, and the conversation goes on", async ({ world, sdk }) => {
    const { ada, bob, id } = await world.pair();
    let asked = 0;
    const client = sdk(ada, {
      token: async () => {
        asked += 1;
        return world.token(ada.id, { exp: Math.floor(Date.now() / 1000) + 2 });
      },
    });
    const conversation = client.conversation(id);
    conversation.open();
    for (let number = 1; number <= 6; number++) {
      await delay(700);
      await bob.say(ada, `message ${number}`);
    }
    await becomes(conversation, ({ messages }) => messages.length === 6);
    expect(contents(conversation)).toEqual(Array.from({ length: 6 }, (_, at) => `message ${at + 1}`));
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(8);
  });

  test("that is no good is told, until there is a better one", async ({ world, sdk }) => {
    const { ada, id } = await world.pair();
    const client = sdk(ada, { token: world.token(ada.id, { exp: 1 }) });
    const conversation = client.conversation(id);
    conversation.open();
    const { error } = await becomes(conversation, ({ connection }) => connection === "unauthorized");
    expect(error).toMatchObject({ code: "UNAUTHORIZED", status: 401 });
    client.inbox.open();
    await becomes(client.inbox, ({ connection }) => connection === "unauthorized");
    client.setToken(ada.token);
    await isLive(conversation);
    await becomes(client.inbox, ({ connection }) => connection === "live");
  });
});

test("somebody else's conversation is forbidden", async ({ world, sdk }) => {
  const { id } = await world.pair();
  const conversation = sdk(await world.user()).conversation(id);
  conversation.open();
  const { error } = await becomes(conversation, ({ connection }) => connection === "forbidden");
  expect(error).toBeInstanceOf(ChatApiError);
});

test("a message that the server refuses fails, and those after it arrive", async ({ world, sdk }) => {
  const { adas, bobs } = await chatting(world, sdk);
  adas.send("x".repeat(5_000));
  adas.send("fine");
  await becomes(bobs, ({ messages }) => messages[0]?.content === "fine");
  const { messages } = await becomes(adas, (snapshot) => snapshot.messages[1]?.status === "failed");
  expect(messages[1]?.error).toMatchObject({ code: "VALIDATION_ERROR" });
});

test("the inbox keeps the list true, also over a drop", async ({ world, sdk }) => {
  const [ada, bob, cleo] = await Promise.all([world.user(), world.user(), world.user()]);
  const network = new Network();
  const client = sdk(ada, network.options);
  const previews: string[] = [];
  client.inbox.onNewMessage(({ preview }) => previews.push(preview));
  client.inbox.open();
  await becomes(client.inbox, ({ connection, loaded }) => connection === "live" && loaded);
  expect(client.inbox.getSnapshot().conversations).toEqual([]);

  await bob.say(ada, "from bob");
  await cleo.say(ada, "from cleo");
  await becomes(client.inbox, ({ unreadTotal }) => unreadTotal === 2);
  expect(previews).toEqual(["from bob", "from cleo"]);
  const others = () =>
    client.inbox.getSnapshot().conversations.map(({ other_participant }) => other_participant.id);
  expect(others()).toEqual([cleo.id, bob.id]);

  network.goDown();
  await becomes(client.inbox, ({ connection }) => connection === "offline");
  await bob.say(ada, "again");
  network.isUp = true;
  client.wake();
  await becomes(client.inbox, ({ unreadTotal }) => unreadTotal === 3);
  expect(others()).toEqual([bob.id, cleo.id]);

  const [first] = client.inbox.getSnapshot().conversations;
  await client.markRead(first?.id ?? 0);
  await becomes(client.inbox, ({ unreadTotal }) => unreadTotal === 1);
});
