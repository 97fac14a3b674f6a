import { describe, expect, it } from "vitest";
import { ChatClient, type FetchLike } from "../../../src/client/index.ts";
import { answer } from "./support/fake-server.ts";
import { FakeSocket } from "./support/fake-socket.ts";
import { fakeToken } from "./support/fake-token.ts";

function clientWith(fetch: FetchLike, token: string | (() => Promise<string>) = fakeToken.of(1)): ChatClient {
  return new ChatClient({ url: "https://chat.test/base/", token, fetch, WebSocket: FakeSocket });
}

describe("requests", () => {
  it("go to the documented routes with the token", async () => {
    const seen: unknown[] = [];
    const client = clientWith(async (url, { method, headers, body }) => {
      expect(headers["Authorization"]).toMatch(/^Bearer header\./);
      seen.push([method, url.replace("https://chat.test/base/api/chat/", ""), body && JSON.parse(body)]);
      return answer(200, []);
    });
    await client.conversations();
    await client.fetchConversation(5);
    await client.start(7);
    await client.messages(5);
    await client.messages(5, { before: 90, limit: 20 });
    await client.send(7, "hi", { clientId: "key" });
    await client.markRead(5);
    await client.markRead(5, [1, 2]);
    expect(seen).toEqual([
      ["GET", "conversations/", undefined],
      ["GET", "conversations/5/", undefined],
      ["POST", "conversations/start/", { user_id: 7 }],
      ["GET", "conversations/5/messages/?page=1", undefined],
      ["GET", "conversations/5/messages/?before=90&limit=20", undefined],
      ["POST", "send/", { recipient_id: 7, content: "hi", client_id: "key" }],
      ["POST", "conversations/5/read/", {}],
      ["POST", "conversations/5/read/", { message_ids: [1, 2] }],
    ]);
  });

  it("are tried once more with a new token after a 401, which all share", async () => {
    const tokens = [fakeToken.of(1), fakeToken.of(1)];
    const [old = ""] = tokens;
    let asked = 0;
    const client = clientWith(
      async (_url, { headers }) => answer(headers["Authorization"] === `Bearer ${old}` ? 401 : 200, []),
      async () => tokens[asked++] ?? "none",
    );
    await Promise.all([client.conversations(), client.conversations(), client.conversations()]);
    expect(asked).toBe(2);
  });

  it("fail where the new token is refused too, or there is none", async () => {
    const refuse: FetchLike = async () => answer(401, { code: "UNAUTHORIZED", message: "Sign in." });
    const refused = { code: "UNAUTHORIZED", status: 401, mayHaveBeenStored: false };
    await expect(clientWith(refuse).conversations()).rejects.toMatchObject(refused);
    const renewing = clientWith(refuse, async () => fakeToken.of(1));
    await expect(renewing.conversations()).rejects.toMatchObject(refused);
  });
});

describe("errors", () => {
  it("carry the server's code and message, and when to come back", async () => {
    const body = { code: "RATE_LIMITED", message: "Too many requests." };
    const client = clientWith(async () => answer(429, body, { "Retry-After": "3" }));
    await expect(client.send(7, "hi")).rejects.toMatchObject({
      name: "ChatApiError",
      ...body,
      status: 429,
      retryAfterMs: 3_000,
      mayHaveBeenStored: false,
    });
  });

  it("say whether a send may have been stored", async () => {
    const broken: FetchLike = async () => {
      throw new TypeError("fetch failed");
    };
    await expect(clientWith(broken).send(7, "hi")).rejects.toMatchObject({
      code: "NETWORK",
      status: null,
      mayHaveBeenStored: true,
    });
    await expect(clientWith(broken).conversations()).rejects.toMatchObject({ mayHaveBeenStored: false });
    const failing = clientWith(async () => answer(500, { code: "INTERNAL", message: "Oh." }));
    await expect(failing.send(7, "hi")).rejects.toMatchObject({ code: "INTERNAL", mayHaveBeenStored: true });
  });

  it.each([200, 502])("tell an answer of somebody else apart (status %i)", async (status) => {
    const client = clientWith(async () => ({
      ...answer(status, null),
      json: async () => {
        throw new SyntaxError("Unexpected token <");
      },
    }));
    await expect(client.send(7, "hi")).rejects.toMatchObject({
      code: "NETWORK",
      status,
      mayHaveBeenStored: true,
    });
  });
});
