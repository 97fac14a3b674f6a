/** The conversation list as an observable store. */
import type { InboxEvent } from "../protocol/server-events.ts";
import type { RestApi } from "./api.ts";
import { toChatApiError } from "./errors.ts";
import { parseInboxEvent } from "./events.ts";
import { InboxList, type ConversationUpdate } from "./inbox-list.ts";
import { notify } from "./notify.ts";
import { Others } from "./others.ts";
import type { SocketContext } from "./socket-options.ts";
import { ReconnectingSocket } from "./socket.ts";
import { Store } from "./store.ts";
import type { InboxSnapshot, Observable } from "./types.ts";

/** Whoever is online is asked for one by one, all over the world. */
const ROLL_CALL_MS = 5_000;

/** A message to the user, in whatever conversation. */
export interface NewMessage {
  readonly conversationId: number;
  readonly messageId: number;
  readonly senderId: number;
  readonly senderUsername: string;
  /** The first 100 characters. */
  readonly preview: string;
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
}

/** What the inbox needs of its client. */
export interface InboxOptions extends SocketContext {
  readonly api: RestApi;
  /** Where the socket is, without cursor and token. */
  readonly socketUrl: string;
}

/**
 * The user's conversations, kept true for as long as the inbox is open.
 *
 * @example
 * ```ts
 * const close = client.inbox.open();
 * client.inbox.subscribe(() => render(client.inbox.getSnapshot().conversations));
 * client.inbox.onNewMessage(({ senderUsername, preview }) => notify(senderUsername, preview));
 * ```
 */
export class InboxStore implements Observable<InboxSnapshot> {
  readonly #api: RestApi;
  readonly #socket: ReconnectingSocket;
  readonly #list = new InboxList();
  readonly #others = new Others(ROLL_CALL_MS, () => this.#refresh());
  readonly #newMessageListeners = new Set<(message: NewMessage) => void>();
  readonly #store: Store<InboxSnapshot>;
  #views = 0;
  #loaded = false;
  #online: ReadonlySet<number> = new Set();
  /** Where to resume from; from 0 everything is told. */
  #cursor = 0;

  /** @internal Made by `ChatClient`. */
  constructor(options: InboxOptions) {
    this.#api = options.api;
    this.#socket = new ReconnectingSocket({
      tokens: options.tokens,
      WebSocket: options.WebSocket,
      random: options.random,
      sockets: options.sockets,
      prepare: async () => `${options.socketUrl}?since=${this.#cursor}`,
      receive: (text) => this.#receive(text),
      changed: () => this.#connectionChanged(),
    });
    this.#store = new Store(this.#snapshot());
  }

  /** Calls `listener` after each change; the result ends that. */
  readonly subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  /** The list now: the same object for as long as nothing changes. */
  readonly getSnapshot = (): InboxSnapshot => this.#store.getSnapshot();

  /** Loads the list and keeps up with it until the returned function is called. Several views share one connection. */
  open(): () => void {
    this.#views += 1;
    this.#socket.start();
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.#views -= 1;
      if (this.#views === 0) this.#socket.stop();
    };
  }

  /** Calls `listener` for each message that others send to the user while the inbox is live; the result ends that. */
  onNewMessage(listener: (message: NewMessage) => void): () => void {
    const entry = (message: NewMessage) => listener(message);
    this.#newMessageListeners.add(entry);
    return () => this.#newMessageListeners.delete(entry);
  }

  #receive(text: string): void {
    const event = parseInboxEvent(text);
    if (event === null) return;
    this.#handle(event);
    this.#refresh();
  }

  #handle(event: InboxEvent): void {
    switch (event.type) {
      case "new_message":
        this.#announce({
          conversationId: event.conversation_id,
          messageId: event.message_id,
          senderId: event.sender_id,
          senderUsername: event.sender_username,
          preview: event.content_preview,
          timestamp: event.timestamp,
        });
        break;
      case "conversation_updated":
        if (this.#list.has(event.conversation_id)) this.#apply(event);
        else void this.#addUnknown(event);
        break;
      case "conversations_changed":
        this.#list.merge(event.conversations);
        break;
      case "synced":
        this.#others.callRoll();
        this.#advance(event.cursor);
        this.#loaded = true;
        this.#socket.markLive();
        break;
      case "resync":
        this.#others.callRoll();
        void this.#refetch();
        break;
      case "presence":
        this.#others.setOnline(event.user_id, event.is_online);
        break;
      case "error":
        // Nothing is sent there, so it can only be the connection that is refused.
        this.#socket.refuse(event.code);
        break;
      default:
        event satisfies never;
    }
  }

  #apply(event: ConversationUpdate): void {
    this.#list.update(event);
    if (event.cursor !== null) this.#advance(event.cursor);
  }

  /** The first message of a new conversation: whose it is stands in no event. */
  async #addUnknown(event: ConversationUpdate): Promise<void> {
    try {
      const {
        messages: _messages,
        version: _version,
        ...conversation
      } = await this.#api.conversation(event.conversation_id);
      if (!this.#list.has(conversation.id)) this.#list.merge([conversation]);
      this.#apply(event);
      this.#refresh();
    } catch (error) {
      // It is still after the cursor, so a new connection tells of it again.
      this.#socket.fail(toChatApiError(error));
    }
  }

  /** The server can't tell what changed. */
  async #refetch(): Promise<void> {
    try {
      this.#list.replace(await this.#api.conversations());
      this.#loaded = true;
      this.#socket.markLive();
      this.#refresh();
    } catch (error) {
      this.#socket.fail(toChatApiError(error));
    }
  }

  #announce(message: NewMessage): void {
    notify(this.#newMessageListeners, message);
  }

  #advance(cursor: number): void {
    this.#cursor = Math.max(this.#cursor, cursor);
  }

  #connectionChanged(): void {
    const { state } = this.#socket;
    if (state !== "live" && state !== "connecting") this.#others.clear();
    this.#refresh();
  }

  #refresh(): void {
    this.#store.set(this.#snapshot());
  }

  #snapshot(): InboxSnapshot {
    const { online } = this.#others;
    if (online.length !== this.#online.size || online.some((id) => !this.#online.has(id))) {
      this.#online = new Set(online);
    }
    const { conversations } = this.#list;
    return {
      connection: this.#socket.state,
      error: this.#socket.error,
      loaded: this.#loaded,
      online: this.#online,
      conversations,
      unreadTotal: conversations.reduce((total, { unread_count }) => total + unread_count, 0),
    };
  }
}
