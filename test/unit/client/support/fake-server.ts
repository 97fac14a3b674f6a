/** A server of one conversation between Ada (1) and Grace (2), as far as the protocol lets a client see it. */
import type { ChatEvent, SyncedMessage } from "../../../../src/protocol/server-events.ts";
import type { FetchResponse } from "../../../../src/client/index.ts";
import type { ConversationDetail } from "../../../../src/protocol/rest.ts";
import type { Conversation, Message, User } from "../../../../src/protocol/shapes.ts";
import { FakeSocket, LATENCY_MS } from "./fake-socket.ts";
import { fakeToken } from "./fake-token.ts";

export const CONVERSATION = 7;
export const ADA = 1;
export const GRACE = 2;
const PAGE = 50;

interface Stored {
  readonly id: number;
  readonly senderId: number;
  readonly content: string;
  readonly clientId: string | undefined;
  readonly version: number;
  readAt: string | null;
  readVersion: number;
}

interface Link {
  readonly socket: FakeSocket;
  readonly userId: number;
  joined: boolean;
}

type Frame = { type: string; content?: string; client_id?: string; message_ids?: number[] };

/** What the test steers, and what it looks at afterwards. */
export class FakeServer {
  readonly messages: Stored[] = [];
  version = 0;
  /** Changes from before this version can't be told. */
  oldestCursor = 0;
  /** Nothing gets through, and everything fails at once. */
  isDown = false;
  /** Tokens that are refused. */
  readonly refusedTokens = new Set<string>();
  /** Errors to answer the next messages with, before they are stored. */
  readonly refusals: { code: string; message: string }[] = [];
  /** All sockets ever opened, in order. */
  readonly sockets: FakeSocket[] = [];
  /** All REST requests, as `METHOD path`. */
  readonly requests: string[] = [];
  /** Answers to REST requests in place of the usual ones, once each. */
  readonly answers: (() => FetchResponse)[] = [];
  readonly #links = new Set<Link>();
  readonly #deliveredThrough = new Map<number, number>();

  /** A `WebSocket` class that connects here. */
  get WebSocket(): new (url: string) => FakeSocket {
    const accept = (socket: FakeSocket) => this.#accept(socket);
    return class extends FakeSocket {
      constructor(url: string) {
        super(url);
        accept(this);
      }
    };
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("No socket was opened.");
    return socket;
  }

  /** The chat frames that the newest socket got, pings aside. */
  get frames(): Frame[] {
    return this.socket.received.filter((text) => text !== "ping").map((text): Frame => JSON.parse(text));
  }

  readonly fetch = async (
    url: string,
    init: { method: string; headers: Record<string, string>; body?: string },
  ): Promise<FetchResponse> => {
    const { pathname, search } = new URL(url);
    this.requests.push(`${init.method} ${pathname}${search}`);
    await new Promise((resolve) => setTimeout(resolve, LATENCY_MS));
    if (this.isDown) throw new TypeError("fetch failed");
    const token = (init.headers["Authorization"] ?? "").replace("Bearer ", "");
    if (this.refusedTokens.has(token)) return answer(401, { code: "UNAUTHORIZED", message: "Sign in." });
    const scripted = this.answers.shift();
    if (scripted !== undefined) return scripted();
    const userId = fakeToken.userOf(token);
    if (pathname === `/api/chat/conversations/${CONVERSATION}/`) return answer(200, this.detail(userId));
    if (pathname === "/api/chat/conversations/") return answer(200, [this.conversation(userId)]);
    if (pathname === `/api/chat/conversations/${CONVERSATION}/messages/`) {
      const before = Number(new URLSearchParams(search).get("before") ?? this.messages.length + 1);
      const older = this.messages.slice(Math.max(0, before - 1 - PAGE), before - 1);
      const results = older.map((message) => this.#toMessage(message, userId)).reverse();
      const has_more = before - 1 > PAGE;
      return answer(200, {
        results,
        count: this.messages.length,
        has_more,
        next: null,
        previous: null,
        version: this.version,
      });
    }
    return answer(404, { code: "NOT_FOUND", message: "Not found." });
  };

  /** A message is stored and told, as from a Core client. */
  post(senderId: number, content: string, clientId?: string): Stored {
    const known = this.messages.find(
      (other) => clientId !== undefined && other.senderId === senderId && other.clientId === clientId,
    );
    if (known !== undefined) return known;
    this.version += 1;
    const message: Stored = {
      id: this.messages.length + 1,
      senderId,
      content,
      clientId,
      version: this.version,
      readAt: null,
      readVersion: 0,
    };
    this.messages.push(message);
    for (const link of this.#links) if (link.joined) this.#tell(link, this.#toEvent(message, link.userId));
    for (const link of this.#links) if (link.joined && link.userId !== senderId) this.deliver(link.userId);
    return message;
  }

  /** Somebody reads messages. */
  read(readerId: number, ids: readonly number[]): void {
    const turned = this.messages.filter(
      (message) => ids.includes(message.id) && message.senderId !== readerId && message.readAt === null,
    );
    if (turned.length === 0) return;
    this.version += 1;
    const read_at = new Date().toISOString();
    for (const message of turned) Object.assign(message, { readAt: read_at, readVersion: this.version });
    const message_ids = turned.map(({ id }) => id);
    this.tellAll({ type: "messages_read", message_ids, read_by: readerId, read_at });
  }

  /** A device of a user has everything. */
  deliver(userId: number): void {
    this.#deliveredThrough.set(userId, this.messages.length);
    if (this.messages.length === 0) return;
    this.tellAll({ type: "messages_delivered", user_id: userId, through: this.messages.length }, userId);
  }

  tellAll(event: ChatEvent, exceptUserId?: number): void {
    for (const link of this.#links) if (link.joined && link.userId !== exceptUserId) this.#tell(link, event);
  }

  /** Everyone's connection breaks. */
  cutAll(): void {
    for (const socket of this.sockets) socket.cut();
  }

  conversation(userId: number): Conversation {
    const last = this.messages.at(-1);
    return {
      id: CONVERSATION,
      participants: [user(ADA), user(GRACE)],
      other_participant: user(userId === ADA ? GRACE : ADA),
      created_at: time(0),
      updated_at: time(last?.id ?? 0),
      last_message: last
        ? {
            id: last.id,
            content: last.content,
            sender_id: last.senderId,
            timestamp: time(last.id),
            is_read: last.readAt !== null,
          }
        : null,
      unread_count: this.messages.filter(({ senderId, readAt }) => senderId !== userId && readAt === null)
        .length,
    };
  }

  detail(userId: number): ConversationDetail {
    const messages = this.messages.slice(-PAGE).map((message) => this.#toMessage(message, userId));
    return { ...this.conversation(userId), messages: messages.reverse(), version: this.version };
  }

  #accept(socket: FakeSocket): void {
    this.sockets.push(socket);
    if (this.isDown) {
      setTimeout(() => socket.cut(), LATENCY_MS);
      return;
    }
    socket.serverAccept();
    if (this.refusedTokens.has(socket.token)) {
      socket.serverSend({ type: "error", code: "UNAUTHORIZED", message: "Sign in." });
      socket.serverClose(4001, "UNAUTHORIZED");
      return;
    }
    const link: Link = { socket, userId: fakeToken.userOf(socket.token), joined: false };
    socket.onFrame = (text) => this.#receive(link, text);
    socket.onClose = () => this.#leave(link);
    // The room decides when the upgrade reaches it, and is live at that very moment.
    setTimeout(() => this.#join(link), LATENCY_MS);
  }

  #join(link: Link): void {
    const { socket, userId } = link;
    if (socket.state === "closed") return;
    this.#links.add(link);
    const position = {
      conversation_id: CONVERSATION,
      version: this.version,
      last_message_id: this.messages.length,
      progress: [ADA, GRACE].map((user_id) => ({
        user_id,
        delivered_through: this.#deliveredThrough.get(user_id) ?? 0,
        read_through: this.#readThrough(user_id),
      })),
    };
    if (socket.since < this.oldestCursor || socket.since > this.version) {
      socket.serverSend({ type: "resync", ...position });
    } else {
      this.#sendChanges(link, socket.since);
      socket.serverSend({ type: "synced", ...position });
    }
    link.joined = true;
    for (const other of this.#links) {
      if (other === link || other.userId === userId) continue;
      this.#tell(other, { type: "user_online", user_id: userId, username: name(userId) });
      this.#tell(link, { type: "user_online", user_id: other.userId, username: name(other.userId) });
    }
    this.deliver(userId);
  }

  /** In two frames where there is more than one change, as a long way back comes in several. */
  #sendChanges(link: Link, since: number): void {
    const middle = Math.ceil((since + this.version) / 2);
    for (const [from, upTo] of [
      [since, middle],
      [middle, this.version],
    ] as const) {
      if (from >= upTo) continue;
      const isIn = (version: number) => version > from && version <= upTo;
      link.socket.serverSend({
        type: "changes",
        conversation_id: CONVERSATION,
        messages: this.messages
          .filter(({ version }) => isIn(version))
          .map((message) => this.#toSynced(message, link.userId)),
        reads: this.messages
          .filter(({ readVersion }) => isIn(readVersion))
          .map(({ id, senderId, readAt }) => ({
            read_by: senderId === ADA ? GRACE : ADA,
            first_id: id,
            last_id: id,
            read_at: readAt,
          })),
        version: upTo,
        has_more: upTo < this.version,
      });
    }
  }

  #leave(link: Link): void {
    if (!this.#links.delete(link)) return;
    const { userId } = link;
    if ([...this.#links].some((other) => other.userId === userId)) return;
    this.tellAll({ type: "user_offline", user_id: userId, username: name(userId) }, userId);
  }

  #receive(link: Link, text: string): void {
    if (text === "ping") {
      link.socket.serverSend("pong");
      return;
    }
    const frame: Frame = JSON.parse(text);
    switch (frame.type) {
      case "chat_message": {
        const refusal = this.refusals.shift();
        if (refusal !== undefined) {
          link.socket.serverSend({ type: "error", ...refusal, client_id: frame.client_id });
          break;
        }
        const before = this.messages.length;
        const message = this.post(link.userId, frame.content ?? "", frame.client_id);
        if (this.messages.length === before) this.#tell(link, this.#toEvent(message, link.userId));
        break;
      }
      case "mark_read":
        this.read(link.userId, frame.message_ids ?? this.messages.map(({ id }) => id));
        break;
      case "typing":
      case "stop_typing": {
        const is_typing = frame.type === "typing";
        this.tellAll(
          { type: "typing", user_id: link.userId, username: name(link.userId), is_typing },
          link.userId,
        );
        break;
      }
    }
  }

  #tell(link: Link, event: ChatEvent): void {
    link.socket.serverSend({ ...event, version: this.version });
  }

  #readThrough(userId: number): number {
    const unread = this.messages.find(({ senderId, readAt }) => senderId !== userId && readAt === null);
    return (unread?.id ?? this.messages.length + 1) - 1;
  }

  #toSynced({ id, senderId, content, clientId }: Stored, userId: number): SyncedMessage {
    return {
      message_id: id,
      conversation_id: CONVERSATION,
      content,
      sender_id: senderId,
      sender_username: name(senderId),
      timestamp: time(id),
      ...(clientId !== undefined && senderId === userId ? { client_id: clientId } : {}),
    };
  }

  #toEvent(message: Stored, userId: number): ChatEvent {
    return { type: "chat_message", ...this.#toSynced(message, userId) };
  }

  #toMessage({ id, senderId, content, clientId, readAt }: Stored, userId: number): Message {
    const mine = senderId === userId;
    return {
      id,
      conversation: CONVERSATION,
      sender: { id: senderId, username: name(senderId), display_name: name(senderId), avatar: null },
      content,
      timestamp: time(id),
      is_read: readAt !== null,
      read_at: readAt,
      type: mine ? "sent" : "received",
      ...(mine && clientId !== undefined ? { client_id: clientId } : {}),
    };
  }
}

/** A REST answer. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): FetchResponse {
  return {
    ok: status < 400,
    status,
    headers: { get: (wanted) => headers[wanted] ?? null },
    json: async () => structuredClone(body),
  };
}

export function user(id: number): User {
  const username = name(id);
  return {
    id,
    username,
    display_name: username,
    first_name: "",
    last_name: "",
    avatar: null,
    headline: "",
  };
}

function name(userId: number): string {
  return userId === ADA ? "ada" : "grace";
}

/** A time that rises with the id. */
export function time(id: number): string {
  return new Date(Date.UTC(2026, 0, 1) + id * 1000).toISOString();
}
