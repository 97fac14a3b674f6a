import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatStorage } from "../../../src/client/index.ts";
import { ADA, CONVERSATION, FakeServer, GRACE } from "./support/fake-server.ts";
import { fakeToken } from "./support/fake-token.ts";
import { clientOf, contents, ids, liveConversation, pass, settle, statuses } from "./support/setup.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A storage that a reload leaves as it is. */
class MemoryStorage implements ChatStorage {
  readonly items = new Map<string, string>();
  readonly #isAsync: boolean;

  constructor(isAsync = false) {
    this.#isAsync = isAsync;
  }

  getItem(key: string): string | null | Promise<string | null> {
    const value = this.items.get(key) ?? null;
    return this.#isAsync ? Promise.resolve(value) : value;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

describe("a message", () => {
  it("is shown at once, and keeps its key through all states", async () => {
    const { server, conversation } = await liveConversation();
    const key = conversation.send("hello");
    const seen = new Set<string>();
    conversation.subscribe(() => statuses(conversation).forEach((status) => seen.add(status)));
    expect(conversation.getSnapshot().messages).toMatchObject([
      { key, id: null, content: "hello", status: "sending", mine: true, senderId: ADA },
    ]);
    await settle();
    expect(conversation.getSnapshot().messages).toMatchObject([{ key, id: 1, status: "sent" }]);
    server.deliver(GRACE);
    await settle();
    server.read(GRACE, [1]);
    await settle();
    expect([...seen]).toEqual(["sent", "delivered", "read"]);
    expect(conversation.getSnapshot().messages).toMatchObject([{ key, id: 1, status: "read" }]);
    expect(conversation.getSnapshot().unreadCount).toBe(0);
  });

  it.each([
    "",
    " \n\t",
    "x".repeat(70_000),
    "é".repeat(40_000),
    "😀".repeat(17_000),
    "\n".repeat(40_000) + ".",
  ])("is refused where it could never be sent (%#)", async (content) => {
    const { conversation } = await liveConversation();
    expect(() => conversation.send(content)).toThrow(expect.objectContaining({ code: "VALIDATION_ERROR" }));
    expect(contents(conversation)).toEqual([]);
  });

  it("goes out after the one before was answered, in order", async () => {
    const { server, conversation } = await liveConversation();
    for (const content of ["a", "b", "c"]) conversation.send(content);
    await pass(6);
    expect(server.frames.map(({ content }) => content)).toEqual(["a"]);
    await settle();
    expect(contents(conversation)).toEqual(["a", "b", "c"]);
    expect(ids(conversation)).toEqual([1, 2, 3]);
  });

  it("is sent again with the same key where its echo got lost, and stored once", async () => {
    const { server, conversation } = await liveConversation();
    const key = conversation.send("once");
    await pass(6);
    expect(server.messages).toHaveLength(1);
    server.cutAll();
    server.oldestCursor = 1;
    for (let number = 2; number <= 60; number++) server.post(GRACE, `m${number}`);
    await pass(1_000);
    // The newest page no longer holds it, so that only a resend tells.
    expect(server.frames).toEqual([{ type: "chat_message", content: "once", client_id: key }]);
    expect(server.messages.filter(({ senderId }) => senderId === ADA)).toHaveLength(1);
    expect(statuses(conversation)).not.toContain("sending");
  });

  it("is not sent again where the resume shows that it is stored", async () => {
    const { server, conversation } = await liveConversation();
    conversation.send("once");
    await pass(6);
    server.cutAll();
    await pass(1_000);
    expect(server.frames).toEqual([]);
    expect(statuses(conversation)).toEqual(["sent"]);
  });

  it("has its connection replaced where nothing answers", async () => {
    const { server, conversation } = await liveConversation();
    server.socket.isDead = true;
    conversation.send("hello?");
    await pass(11_000);
    expect(server.sockets).toHaveLength(2);
    expect(statuses(conversation)).toEqual(["sent"]);
  });
});

describe("a refusal", () => {
  it("fails the message that it names, and lets the others pass", async () => {
    const { server, conversation } = await liveConversation();
    server.refusals.push({
      code: "VALIDATION_ERROR",
      message: "content: must have at most 4096 characters.",
    });
    const key = conversation.send("too long");
    conversation.send("fine");
    await settle();
    expect(contents(conversation)).toEqual(["fine", "too long"]);
    expect(conversation.getSnapshot().messages[1]).toMatchObject({
      key,
      status: "failed",
      error: { code: "VALIDATION_ERROR", mayHaveBeenStored: false },
    });
    conversation.retry(key);
    await settle();
    expect(contents(conversation)).toEqual(["fine", "too long"]);
    expect(statuses(conversation)).toEqual(["sent", "sent"]);
  });

  it("can be answered by discarding the message", async () => {
    const { server, conversation } = await liveConversation();
    server.refusals.push({ code: "VALIDATION_ERROR", message: "No." });
    const key = conversation.send("bad");
    await settle();
    conversation.discard(key);
    expect(contents(conversation)).toEqual([]);
  });

  it.each(["RATE_LIMITED", "UNAVAILABLE", "INTERNAL"])(
    "that passes (%s) is waited out, in order",
    async (code) => {
      const { server, conversation } = await liveConversation();
      for (let count = 0; count < 3; count++) server.refusals.push({ code, message: "Later." });
      for (const content of ["a", "b", "c"]) conversation.send(content);
      await settle();
      expect(statuses(conversation)).toEqual(["sending", "sending", "sending"]);
      await pass(10_000);
      expect(contents(conversation)).toEqual(["a", "b", "c"]);
      expect(statuses(conversation)).toEqual(["sent", "sent", "sent"]);
    },
  );

  it("without a name is the message's in flight only where the server failed", async () => {
    const { server, conversation } = await liveConversation();
    server.socket.onFrame = () =>
      server.socket.serverSend({ type: "error", code: "INTERNAL", message: "Oh." });
    conversation.send("a");
    await settle();
    expect(statuses(conversation)).toEqual(["sending"]);
    await pass(15_000);
    expect(statuses(conversation)).toEqual(["sending"]);
    server.cutAll();
    await pass(2_000);
    expect(statuses(conversation)).toEqual(["sent"]);
  });
});

describe("the outbox", () => {
  it("keeps messages while the server is out of reach, and sends them in order", async () => {
    const { server, conversation } = await liveConversation();
    server.isDown = true;
    server.cutAll();
    for (const content of ["a", "b"]) conversation.send(content);
    await pass(60_000);
    conversation.send("c");
    expect(conversation.getSnapshot().connection).toBe("offline");
    server.isDown = false;
    server.post(GRACE, "from grace");
    await pass(25_000);
    expect(contents(conversation)).toEqual(["from grace", "a", "b", "c"]);
    expect(statuses(conversation).slice(1)).toEqual(["sent", "sent", "sent"]);
  });

  it("stays connected after the last view closed until everything is sent", async () => {
    const { server, conversation, close } = await liveConversation();
    for (const content of ["a", "b"]) conversation.send(content);
    close();
    expect(conversation.getSnapshot().connection).toBe("live");
    await settle();
    expect(server.messages.map(({ content }) => content)).toEqual(["a", "b"]);
    expect(conversation.getSnapshot().connection).toBe("offline");
  });

  it("connects for a message where no view is open", async () => {
    const server = new FakeServer();
    const conversation = clientOf(server).conversation(CONVERSATION);
    conversation.send("a");
    await settle();
    expect(server.messages).toHaveLength(1);
    expect(conversation.getSnapshot().connection).toBe("offline");
  });

  it.each([false, true])(
    "survives a reload (async storage: %s), with its keys and its order",
    async (isAsync) => {
      const storage = new MemoryStorage(isAsync);
      const server = new FakeServer();
      server.isDown = true;
      const before = clientOf(server, { storage });
      before.conversation(CONVERSATION).open();
      const keys = ["a", "b", "c"].map((content) => before.conversation(CONVERSATION).send(content));
      await settle();
      await before.close();

      const after = clientOf(server, { storage });
      const conversation = after.conversation(CONVERSATION);
      conversation.open();
      conversation.send("d");
      await settle();
      expect(contents(conversation)).toEqual(["a", "b", "c", "d"]);
      server.isDown = false;
      await pass(20_000);
      expect(server.messages.map(({ clientId }) => clientId).slice(0, 3)).toEqual(keys);
      expect(contents(conversation)).toEqual(["a", "b", "c", "d"]);
      expect([...storage.items]).toEqual([]);
    },
  );

  it("keeps refused messages over a reload too", async () => {
    const storage = new MemoryStorage();
    const { server, client, conversation } = await liveConversation({ storage });
    server.refusals.push({ code: "VALIDATION_ERROR", message: "No." });
    const key = conversation.send("bad");
    await settle();
    await client.close();
    const again = clientOf(server, { storage }).conversation(CONVERSATION);
    again.open();
    await settle();
    expect(again.getSnapshot().messages).toMatchObject([
      { key, status: "failed", error: { message: "No." } },
    ]);
  });

  it("is sent without a view where that is asked for", async () => {
    const storage = new MemoryStorage();
    const server = new FakeServer();
    server.isDown = true;
    const before = clientOf(server, { storage });
    before.conversation(CONVERSATION).send("left behind");
    await settle();
    await before.close();
    server.isDown = false;
    await clientOf(server, { storage }).resumeOutbox();
    await settle();
    expect(server.messages.map(({ content }) => content)).toEqual(["left behind"]);
    expect(storage.items.size).toBe(0);
  });

  it("is never another user's", async () => {
    const storage = new MemoryStorage();
    const server = new FakeServer();
    server.isDown = true;
    const ada = clientOf(server, { storage });
    ada.conversation(CONVERSATION).send("from ada");
    await settle();
    await ada.close();
    server.isDown = false;
    const grace = clientOf(server, { storage, token: fakeToken.of(GRACE) });
    grace.conversation(CONVERSATION).open();
    await settle();
    expect(server.messages).toEqual([]);
  });

  it("leaves alone what another tab has put there", async () => {
    const storage = new MemoryStorage();
    const server = new FakeServer();
    server.isDown = true;
    const [one, two] = [clientOf(server, { storage }), clientOf(server, { storage })];
    one.conversation(CONVERSATION).send("one");
    two.conversation(CONVERSATION).send("two");
    await settle();
    await one.close();
    await two.close();
    server.isDown = false;
    await clientOf(server, { storage }).resumeOutbox();
    await settle();
    expect(server.messages.map(({ content }) => content).toSorted()).toEqual(["one", "two"]);
  });

  it.each(["not json", "{}", '[1, null, {"clientId": 5}]'])(
    "starts empty from a broken storage (%s)",
    async (text) => {
      const storage = new MemoryStorage();
      storage.items.set(`bizbuch-chat/outbox/${ADA}`, text);
      const { conversation } = await liveConversation({ storage });
      conversation.send("fine");
      await settle();
      expect(statuses(conversation)).toEqual(["sent"]);
    },
  );

  it("does without a storage that fails", async () => {
    const fail = () => {
      throw new Error("full");
    };
    const { conversation } = await liveConversation({
      storage: { getItem: fail, setItem: fail, removeItem: fail },
    });
    conversation.send("fine");
    await settle();
    expect(statuses(conversation)).toEqual(["sent"]);
  });
});
