/** The way in: one user's chat. */
import type { ConversationDetail, HistoryPage, ReadResponse } from "../protocol/rest.ts";
import type { Conversation, Message, User } from "../protocol/shapes.ts";
import { RestApi, type HistoryRange } from "./api.ts";
import { ConversationStore } from "./conversation.ts";
import { InboxStore } from "./inbox.ts";
import { newClientId } from "./message-content.ts";
import { Outbox } from "./outbox.ts";
import type { SocketContext } from "./socket-options.ts";
import type { ReconnectingSocket } from "./socket.ts";
import { TokenSource } from "./token-source.ts";
import type { ChatClientOptions, Token } from "./types.ts";
import { watchPlatform } from "./wake.ts";

/** How a message is sent over REST. */
export interface SendOptions {
  /** Makes a repeat safe: the server stores one message for a key. By default a new one is made. */
  readonly clientId?: string;
}

/**
 * Chat as one user. REST calls are methods; what changes by itself are the stores `inbox` and `conversation(id)`.
 *
 * @example
 * ```ts
 * const client = new ChatClient({ url: "https://chat.example.com", token: () => fetchToken(), storage: localStorage });
 * const { id } = await client.start(7);
 * const conversation = client.conversation(id);
 * const close = conversation.open();
 * conversation.send("hello");
 * ```
 */
export class ChatClient {
  /** The list of conversations. */
  readonly inbox: InboxStore;
  readonly #context: SocketContext;
  readonly #sockets = new Set<ReconnectingSocket>();
  readonly #now: () => number;
  readonly #socketBase: string;
  readonly #tokens: TokenSource;
  readonly #api: RestApi;
  readonly #outbox: Outbox;
  readonly #conversations = new Map<number, ConversationStore>();
  readonly #unwatch: () => void;

  constructor(options: ChatClientOptions) {
    const { url, token, storage, now = Date.now, random = Math.random } = options;
    const { WebSocket = globalThis.WebSocket } = options;
    const base = url.replace(/\/+$/, "");
    this.#socketBase = `${base.replace(/^http/i, "ws")}/ws/chat`;
    this.#now = now;
    this.#tokens = new TokenSource(token, now);
    this.#context = { tokens: this.#tokens, WebSocket, random, sockets: this.#sockets };
    // Not handed over as it is: browsers refuse a `fetch` that is called as a method of something else.
    this.#api = new RestApi(base, this.#tokens, options.fetch ?? ((to, init) => globalThis.fetch(to, init)));
    this.#outbox = new Outbox(storage ?? null);
    this.inbox = new InboxStore({
      ...this.#context,
      api: this.#api,
      socketUrl: `${this.#socketBase}/notifications/`,
    });
    this.#unwatch = watchPlatform({
      wake: () => this.wake(),
      networkLost: () => this.#sockets.forEach((socket) => socket.probe()),
    });
  }

  /** The user's own id, as the token names it; null before the token is known, or where it does not say. */
  get userId(): number | null {
    return this.#tokens.userId;
  }

  /** The store of a conversation: the same one for the same id. Nothing happens before it is opened. */
  conversation(id: number): ConversationStore {
    let store = this.#conversations.get(id);
    if (store === undefined) {
      store = new ConversationStore({
        ...this.#context,
        id,
        now: this.#now,
        api: this.#api,
        outbox: this.#outbox,
        socketUrl: `${this.#socketBase}/${id}/`,
      });
      this.#conversations.set(id, store);
    }
    return store;
  }

  /** The user's conversations, last active first. @throws ChatApiError */
  conversations(): Promise<Conversation[]> {
    return this.#api.conversations();
  }

  /** A conversation with its newest messages, newest first. @throws ChatApiError */
  fetchConversation(id: number): Promise<ConversationDetail> {
    return this.#api.conversation(id);
  }

  /** At most 20 users whose name begins so, without oneself. @throws ChatApiError */
  searchUsers(search: string): Promise<User[]> {
    return this.#api.searchUsers(search);
  }

  /** The conversation with another user, begun where there is none. @throws ChatApiError */
  start(userId: number): Promise<ConversationDetail> {
    return this.#api.start(userId);
  }

  /** Messages of a conversation, newest first: those older than one, or a page counted from the newest. @throws ChatApiError */
  messages(id: number, range: HistoryRange = { page: 1 }): Promise<HistoryPage> {
    return this.#api.messages(id, range);
  }

  /**
   * Sends a message without opening the conversation. It is tried once: to try again, give the same `clientId`.
   *
   * @throws ChatApiError whose `mayHaveBeenStored` says whether the message may have been sent all the same
   */
  send(recipientId: number, content: string, options: SendOptions = {}): Promise<Message> {
    const { clientId = newClientId(this.#now, this.#context.random) } = options;
    return this.#api.send({ recipient_id: recipientId, content, client_id: clientId });
  }

  /** Marks messages of a conversation as read, by default all. @throws ChatApiError */
  markRead(id: number, messageIds?: readonly number[]): Promise<ReadResponse> {
    return this.#api.markRead(id, messageIds);
  }

  /**
   * Sends what an earlier visit left unsent, in whatever conversation; without it that happens when a conversation is opened.
   *
   * @throws ChatApiError where there is no token to be had
   */
  async resumeOutbox(): Promise<void> {
    await this.#tokens.get();
    if (this.#tokens.userId === null) return;
    await this.#outbox.load(this.#tokens.userId);
    // Opening and closing at once leaves a conversation connected until its messages are sent.
    for (const id of this.#outbox.waitingConversations) this.conversation(id).open()();
  }

  /** Goes on with a new token of the same user; stores that were `unauthorized` connect again. */
  setToken(token: Token): void {
    this.#tokens.replace(token);
    for (const socket of this.#sockets) socket.retryRefused();
  }

  /** Connects whatever is open anew and at once, also after a refusal. */
  reconnect(): void {
    this.#tokens.forget();
    for (const socket of this.#sockets) socket.restart();
  }

  /** The network may be back, or the app in front again: does not wait any longer. Browsers tell by themselves; others call this. */
  wake(): void {
    for (const socket of this.#sockets) socket.wake();
  }

  /** Disconnects everything, for good. What is unsent stays in the storage. */
  async close(): Promise<void> {
    this.#unwatch();
    for (const socket of this.#sockets) socket.end();
    await this.#outbox.written();
  }
}
