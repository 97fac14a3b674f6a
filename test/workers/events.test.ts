/** What the sockets send fits the schemas that docs/websocket.md is made of, with no field beside them. */
import { exports } from "cloudflare:workers";
import * as v from "valibot";
import { afterAll, expect, test, vi } from "vitest";
import { chatEventSchema, coreChatEventSchema, inboxEventSchema } from "../../src/protocol/server-events.ts";
import { tokenOf } from "./token.ts";

const frameSchema = v.looseObject({ type: v.string() });
type Frame = v.InferOutput<typeof frameSchema>;

const sockets: Listener[] = [];
afterAll(() => Promise.all(sockets.map((socket) => socket.close())));

/** A socket that keeps whatever comes. */
class Listener {
  readonly frames: Frame[] = [];
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.frames.push(v.parse(frameSchema, JSON.parse(String(data))));
    });
    socket.accept();
    sockets.push(this);
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  /** Closes, and waits for the answer. */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.addEventListener("close", resolve));
    this.#socket.close(1000);
    await closed;
  }

  /** Waits until an event of each of these types has come. */
  async sees(...types: string[]): Promise<void> {
    await vi.waitFor(
      () => expect(this.frames.map(({ type }) => type)).toEqual(expect.arrayContaining(types)),
      {
        timeout: 10_000,
      },
    );
  }

  /** Every event fits, and has no field that the schema does not know. */
  expectToFit(schema: v.GenericSchema): void {
    for (const frame of this.frames) {
      const parsed = v.safeParse(schema, frame);
      expect(parsed.issues, JSON.stringify(frame)).toBeUndefined();
      expect(parsed.output).toEqual(frame);
    }
  }
}

const [ada, bob] = [await userWith(7), await userWith(12)];
const { id } = v.parse(v.object({ id: v.number() }), await ada.post("conversations/start/", { user_id: 12 }));
await ada.post("send/", { recipient_id: 12, content: "before", client_id: "key-0" });
await bob.post(`conversations/${id}/read/`, {});

async function userWith(userId: number) {
  const token = await tokenOf(userId);
  const headers = { Authorization: `Bearer ${token}` };
  const user = {
    async post(path: string, body: unknown): Promise<unknown> {
      const request = { method: "POST", headers, body: JSON.stringify(body) };
      return (await exports.default.fetch(new Request(`https://chat.test/chat/${path}`, request))).json();
    },
    async open(path: string): Promise<Listener> {
      const request = { headers: { ...headers, Upgrade: "websocket" } };
      const { webSocket } = await exports.default.fetch(
        new Request(`https://chat.test/ws/chat/${path}`, request),
      );
      if (webSocket === null) throw new Error(`no socket at ${path}`);
      return new Listener(webSocket);
    },
  };
  // The first request makes the user known.
  await exports.default.fetch(new Request("https://chat.test/chat/conversations/", { headers }));
  return user;
}

test("a chat socket's events, with sync and without", async () => {
  const core = await bob.open(`${id}/`);
  const sync = await ada.open(`${id}/?since=0`);
  await sync.sees("changes", "synced", "user_online");

  core.send({ type: "typing" });
  sync.send({ type: "typing" });
  sync.send({ type: "chat_message", content: "from ada", client_id: "key-1" });
  await core.sees("typing", "chat_message");
  core.send({ type: "mark_read" });
  core.send({ type: "chat_message", content: " ", client_id: "key-2" });
  await core.sees("error", "messages_read");
  sync.send({ type: "nonsense", client_id: "key-3" });
  await sync.sees("typing", "chat_message", "messages_read", "messages_delivered", "error");

  await core.close();
  await sync.sees("user_offline");
  const lost = await ada.open(`${id}/?since=999999`);
  await lost.sees("resync");

  core.expectToFit(coreChatEventSchema);
  sync.expectToFit(chatEventSchema);
  lost.expectToFit(chatEventSchema);
  for (const frame of core.frames) expect(frame).not.toHaveProperty("version");
  for (const frame of sync.frames)
    if (frame.type !== "error") expect(frame, JSON.stringify(frame)).toHaveProperty("version");
});

test("a notification socket's events, with sync and without", async () => {
  const core = await bob.open("notifications/");
  const sync = await bob.open("notifications/?since=0");
  await sync.sees("conversations_changed", "synced");

  await ada.post("send/", { recipient_id: 12, content: "hello" });
  await sync.sees("new_message", "conversation_updated");
  core.send({ type: "typing" });
  await core.sees("new_message", "error");

  expect(new Set(core.frames.map(({ type }) => type))).toEqual(new Set(["new_message", "error"]));
  core.expectToFit(inboxEventSchema);
  sync.expectToFit(inboxEventSchema);
});
