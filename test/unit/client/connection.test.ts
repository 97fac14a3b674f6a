import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoffDelayMs } from "../../../src/client/backoff.ts";
import { ADA, CONVERSATION, FakeServer, GRACE } from "./support/fake-server.ts";
import { fakeToken } from "./support/fake-token.ts";
import { clientOf, contents, liveConversation, pass, settle } from "./support/setup.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("backoff", () => {
  it("has full jitter from 0 up to a bound that doubles from 500 ms to 20 s", () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 2_000].map((failures) =>
      backoffDelayMs(failures, () => 0.999_999),
    );
    expect(longest).toEqual([499, 999, 1_999, 3_999, 7_999, 15_999, 19_999, 19_999, 19_999]);
    expect(backoffDelayMs(2_000, () => 0)).toBe(0);
  });

  it("goes on for as long as the server is out of reach, ever slower", async () => {
    const { server } = await liveConversation({ random: () => 0.999_999 });
    server.isDown = true;
    const start = Date.now();
    const times: number[] = [];
    server.cutAll();
    const seen = server.sockets.length;
    while (times.length < 9) {
      await pass(1);
      if (server.sockets.length - seen > times.length) times.push(Date.now() - start);
    }
    const gaps = times.map((time, at) => Math.round((time - (times[at - 1] ?? 0)) / 500) * 500);
    expect(gaps).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000]);
  });

  it("does not start over after a connection that held for a moment only", async () => {
    const { server } = await liveConversation({ random: () => 0.999_999 });
    for (let drop = 0; drop < 5; drop++) {
      server.cutAll();
      await pass(500 * 2 ** drop + 100);
      expect(server.sockets).toHaveLength(2 + drop);
    }
    await pass(6_000);
    server.cutAll();
    await pass(600);
    expect(server.sockets).toHaveLength(7);
  });

  it("waits for as long as the server says", async () => {
    const server = new FakeServer();
    server.answers.push(() => ({
      ok: false,
      status: 429,
      headers: { get: (name) => (name === "Retry-After" ? "30" : null) },
      json: async () => ({ code: "RATE_LIMITED", message: "Too many." }),
    }));
    const conversation = clientOf(server).conversation(CONVERSATION);
    conversation.open();
    await pass(29_000);
    expect(server.requests).toHaveLength(1);
    expect(conversation.getSnapshot().error).toMatchObject({ code: "RATE_LIMITED", status: 429 });
    await pass(2_000);
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", error: null });
  });
});

describe("the state", () => {
  it("tells a drop from being out of reach", async () => {
    const { server, conversation } = await liveConversation({ random: () => 0.5 });
    const seen: string[] = [];
    conversation.subscribe(() => {
      const { connection } = conversation.getSnapshot();
      if (seen.at(-1) !== connection) seen.push(connection);
    });
    server.cutAll();
    await pass(1_000);
    server.isDown = true;
    server.cutAll();
    await pass(30_000);
    server.isDown = false;
    await pass(20_000);
    expect(seen).toEqual(["connecting", "live", "connecting", "offline", "live"]);
  });
});

describe("a dead link", () => {
  it("is pinged every 25 s, and replaced where no answer comes", async () => {
    const { server } = await liveConversation();
    await pass(60_000);
    expect(server.socket.received).toEqual(["ping", "ping"]);
    expect(server.sockets).toHaveLength(1);
    server.socket.isDead = true;
    await pass(40_000);
    expect(server.sockets).toHaveLength(2);
  });

  it("is also one that never says that it is live", async () => {
    const { server, conversation } = await liveConversation();
    server.cutAll();
    while (server.sockets.length === 1) await pass(1);
    server.socket.isDead = true;
    await pass(22_000);
    expect(server.sockets).toHaveLength(3);
    expect(conversation.getSnapshot().connection).toBe("live");
  });

  it("is found at once when the platform says that the network changed", async () => {
    const window = new EventTarget();
    const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
    vi.stubGlobal("window", window);
    vi.stubGlobal("document", document);
    const { server, client, conversation } = await liveConversation({ random: () => 0.999_999 });
    server.socket.isDead = true;
    window.dispatchEvent(new Event("offline"));
    server.isDown = true;
    await pass(60_000);
    expect(conversation.getSnapshot().connection).toBe("offline");
    server.isDown = false;
    const attempts = server.sockets.length;
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(server.sockets).toHaveLength(attempts + 1);
    expect(conversation.getSnapshot().connection).toBe("live");
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(server.socket.received).toEqual(["ping"]);
    await client.close();
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(server.socket.received).toEqual(["ping"]);
  });
});

describe("the token", () => {
  it("is asked for anew when it was refused, and the connection goes on", async () => {
    const tokens = [fakeToken.of(ADA), fakeToken.of(ADA)];
    const token = vi.fn(async () => tokens.shift() ?? "none");
    const [old = ""] = tokens;
    const { server, conversation } = await liveConversation({ token });
    server.refusedTokens.add(old);
    server.post(GRACE, "m1");
    server.socket.cut(4001, "UNAUTHORIZED");
    server.post(GRACE, "m2");
    await settle();
    expect(token).toHaveBeenCalledTimes(2);
    expect(contents(conversation)).toEqual(["m1", "m2"]);
    expect(conversation.getSnapshot().connection).toBe("live");
  });

  it("is replaced as soon as the server says why it will close, however long that takes", async () => {
    const token = vi.fn(() => fakeToken.of(ADA));
    const { server, conversation } = await liveConversation({ token });
    server.socket.serverSend({ type: "error", code: "UNAUTHORIZED", message: "Your session has expired." });
    await settle();
    expect(token).toHaveBeenCalledTimes(2);
    expect(server.sockets).toHaveLength(2);
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", error: null });
  });

  it("is asked for before it is used where it has expired", async () => {
    const expires = Math.floor(Date.now() / 1000) + 60;
    const token = vi.fn(() => fakeToken.of(ADA, { exp: expires + 3600 * (token.mock.calls.length - 1) }));
    const { server, client } = await liveConversation({ token });
    void client.conversations();
    await settle();
    expect(token).toHaveBeenCalledTimes(1);
    await pass(61_000);
    void client.conversations();
    await settle();
    expect(token).toHaveBeenCalledTimes(2);
    expect(server.requests.filter((request) => request === "GET /api/chat/conversations/")).toHaveLength(2);
  });

  it("that is refused again ends it, until there is another", async () => {
    const token = fakeToken.of(ADA);
    const { server, client, conversation } = await liveConversation({ token: async () => token });
    server.refusedTokens.add(token);
    server.socket.cut(4001, "UNAUTHORIZED");
    await pass(120_000);
    expect(conversation.getSnapshot()).toMatchObject({
      connection: "unauthorized",
      error: { code: "UNAUTHORIZED", status: 401 },
    });
    const attempts = server.sockets.length;
    client.wake();
    await pass(60_000);
    expect(server.sockets).toHaveLength(attempts);
    conversation.send("kept");
    client.setToken(fakeToken.of(ADA));
    await settle();
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", error: null });
    expect(contents(conversation)).toEqual(["kept"]);
  });

  it("that is new and refused as well ends it too", async () => {
    let isRevoked = false;
    const { server, conversation } = await liveConversation({
      token: () => {
        const token = fakeToken.of(ADA);
        if (isRevoked) server.refusedTokens.add(token);
        return token;
      },
    });
    isRevoked = true;
    server.socket.cut(4001, "UNAUTHORIZED");
    await pass(60_000);
    expect(conversation.getSnapshot().connection).toBe("unauthorized");
    expect(server.sockets).toHaveLength(2);
  });

  it("that can't be had now is asked for again later", async () => {
    let isOffline = true;
    const token = vi.fn(async () => {
      if (isOffline) throw new TypeError("fetch failed");
      return fakeToken.of(ADA);
    });
    const { conversation } = await liveConversation({ token });
    expect(conversation.getSnapshot()).toMatchObject({ connection: "offline", error: { code: "NETWORK" } });
    isOffline = false;
    await pass(20_000);
    expect(conversation.getSnapshot().connection).toBe("live");
  });

  it("of another user is not taken", async () => {
    const { client, conversation, server } = await liveConversation();
    client.setToken(fakeToken.of(GRACE));
    server.cutAll();
    await pass(2_000);
    expect(conversation.getSnapshot()).toMatchObject({ connection: "unauthorized" });
  });
});

describe("a refusal for good", () => {
  it("by the socket ends the attempts, until reconnect", async () => {
    const { server, client, conversation } = await liveConversation();
    server.socket.cut(4003, "FORBIDDEN");
    await pass(60_000);
    expect(conversation.getSnapshot()).toMatchObject({
      connection: "forbidden",
      error: { code: "FORBIDDEN" },
    });
    expect(server.sockets).toHaveLength(1);
    client.reconnect();
    await settle();
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", error: null });
  });

  it("by REST does too", async () => {
    const server = new FakeServer();
    const conversation = clientOf(server).conversation(999);
    conversation.open();
    await pass(60_000);
    expect(conversation.getSnapshot()).toMatchObject({
      connection: "forbidden",
      error: { code: "NOT_FOUND" },
    });
    expect(server.requests).toHaveLength(1);
  });
});
