/** The notification side of a server, which a test tells what to say. */
import type { FetchResponse } from "../../../../src/client/index.ts";
import type { Conversation, User } from "../../../../src/protocol/shapes.ts";
import { answer, time, user } from "./fake-server.ts";
import { FakeSocket, LATENCY_MS } from "./fake-socket.ts";

/** A conversation of Ada's with `other`, whose last message was at `time(at)`. */
export function conversationWith(other: User, at: number, unread_count = 0): Conversation {
  const last_message = {
    id: at,
    content: `m${at}`,
    sender_id: other.id,
    timestamp: time(at),
    is_read: false,
  };
  return {
    id: other.id * 10,
    participants: [user(1), other],
    other_participant: other,
    created_at: time(0),
    updated_at: time(at),
    last_message,
    unread_count,
  };
}

/** Accepts notification sockets and answers REST from `conversations`. */
export class FakeInbox {
  conversations: Conversation[] = [];
  cursor = 1_000;
  /** Whether the next sockets are told to refetch. */
  resyncs = false;
  readonly sockets: FakeSocket[] = [];
  readonly requests: string[] = [];
  isRestDown = false;

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("No socket was opened.");
    return socket;
  }

  get WebSocket(): new (url: string) => FakeSocket {
    const accept = (socket: FakeSocket) => this.#accept(socket);
    return class extends FakeSocket {
      constructor(url: string) {
        super(url);
        accept(this);
      }
    };
  }

  readonly fetch = async (url: string): Promise<FetchResponse> => {
    this.requests.push(new URL(url).pathname);
    await new Promise((resolve) => setTimeout(resolve, LATENCY_MS));
    if (this.isRestDown) throw new TypeError("fetch failed");
    const id = Number(/(\d+)\/$/.exec(url)?.[1] ?? 0);
    if (id === 0) return answer(200, this.conversations);
    const found = this.conversations.find((conversation) => conversation.id === id);
    return found ? answer(200, { ...found, messages: [], version: 1 }) : answer(404, {});
  };

  /** Takes over a conversation's newest state, and tells of it. */
  update(conversation: Conversation, version: number, cursor: number | null = ++this.cursor): void {
    this.conversations = [...this.conversations.filter(({ id }) => id !== conversation.id), conversation];
    const { id: conversation_id, updated_at, last_message, unread_count } = conversation;
    this.socket.serverSend({
      type: "conversation_updated",
      conversation_id,
      updated_at,
      last_message,
      unread_count,
      version,
      cursor,
    });
  }

  #accept(socket: FakeSocket): void {
    this.sockets.push(socket);
    socket.serverAccept();
    if (this.resyncs) {
      socket.serverSend({ type: "resync" });
      return;
    }
    for (const conversation of this.conversations) {
      socket.serverSend({ type: "conversations_changed", conversations: [conversation], has_more: true });
    }
    socket.serverSend({ type: "synced", cursor: this.cursor });
  }
}
