/** Keeps a conversation's state true: first load, resume from the cursor, refetch where that is not possible, live events. */
import type { ClientEvent } from "../protocol/client-events.ts";
import type { ConversationDetail } from "../protocol/rest.ts";
import type { ChatEvent, Progress } from "../protocol/server-events.ts";
import type { RestApi } from "./api.ts";
import { ConversationState } from "./conversation-state.ts";
import { networkError, toChatApiError } from "./errors.ts";
import { parseChatEvent } from "./events.ts";
import type { Outbox } from "./outbox.ts";
import type { SocketContext } from "./socket-options.ts";
import { ReconnectingSocket } from "./socket.ts";

/** The events that are not about what is stored. */
export type PassingEvent = Extract<ChatEvent, { type: "typing" | "user_online" | "user_offline" | "error" }>;

/** What a conversation needs of its client. */
export interface ConversationOptions extends SocketContext {
  readonly id: number;
  readonly api: RestApi;
  readonly outbox: Outbox;
  /** Where the socket is, without cursor and token. */
  readonly socketUrl: string;
  readonly now: () => number;
}

/** Who is told of what. */
export interface SyncHandlers {
  /** Something that is not kept has happened. */
  passed(event: PassingEvent): void;
  /** The message that was sent with this key is stored. */
  stored(clientId: string): void;
  /** Somebody's message has arrived, live. */
  spoke(userId: number): void;
  /** Nothing is missing any more. */
  live(): void;
  /** The connection's state has changed. */
  connectionChanged(): void;
  /** Anything may have changed. */
  changed(): void;
}

/** The replication of one conversation. */
export class ConversationSync {
  readonly state = new ConversationState();
  readonly socket: ReconnectingSocket;
  readonly #options: ConversationOptions;
  readonly #handlers: SyncHandlers;
  /** Events that wait for a refetch to end; null where none is under way. */
  #waiting: ChatEvent[] | null = null;

  constructor(options: ConversationOptions, handlers: SyncHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.socket = new ReconnectingSocket({
      tokens: options.tokens,
      WebSocket: options.WebSocket,
      random: options.random,
      sockets: options.sockets,
      prepare: (isCurrent) => this.#prepare(isCurrent),
      receive: (text) => this.#receive(text),
      changed: () => {
        if (!this.isLive) this.#waiting = null;
        handlers.connectionChanged();
      },
    });
  }

  get isLive(): boolean {
    return this.socket.state === "live";
  }

  /** Puts a request on the wire; false where there is none. */
  transmit(event: ClientEvent): boolean {
    return this.isLive && this.socket.send(JSON.stringify(event));
  }

  /** Loads the page before what is held. @throws ChatApiError */
  async loadOlder(): Promise<void> {
    const page = await this.#options.api.messages(this.#options.id, { before: this.state.log.firstId });
    this.state.prepend(page);
    // A message of an earlier visit may turn up this far back.
    this.#stored(page.results);
  }

  async #prepare(isCurrent: () => boolean): Promise<string> {
    const { api, tokens, outbox, socketUrl } = this.#options;
    // Before anything that needs the server, so that unsent messages are there offline too.
    await tokens.get();
    if (tokens.userId !== null) await outbox.load(tokens.userId);
    this.#handlers.changed();
    if (this.state.version === null) {
      const detail = await api.conversation(this.#options.id);
      if (!isCurrent()) return "";
      this.#adopt(detail);
      if (this.state.me !== null) await outbox.load(this.state.me);
      this.#handlers.changed();
    }
    return `${socketUrl}?since=${this.state.version}`;
  }

  #receive(text: string): void {
    const event = parseChatEvent(text);
    if (event === null) return;
    if (event.type === "error" && this.socket.refuse(event.code)) return;
    if (this.#waiting !== null) this.#waiting.push(event);
    else this.#handle(event);
    this.#handlers.changed();
  }

  #handle(event: ChatEvent): void {
    if (!this.state.follows(event)) {
      this.#gap();
      return;
    }
    switch (event.type) {
      case "chat_message":
        this.state.apply(event);
        this.#stored([event]);
        this.#handlers.spoke(event.sender_id);
        break;
      case "changes":
        if (this.state.apply(event) === "gap") this.#gap();
        this.#stored(event.messages);
        break;
      case "messages_read":
      case "messages_delivered":
        this.state.apply(event);
        break;
      case "typing":
      case "user_online":
      case "user_offline":
      case "error":
        this.#handlers.passed(event);
        break;
      case "synced":
        if (this.state.takeProgress(event.progress, event.last_message_id)) this.#goLive();
        else void this.#refetch(event.progress);
        break;
      case "resync":
        void this.#refetch(event.progress);
        break;
      default:
        event satisfies never;
    }
  }

  /** The cursor led nowhere: takes the newest page instead, while live events wait. */
  async #refetch(progress: readonly Progress[]): Promise<void> {
    const waiting: ChatEvent[] = [];
    this.#waiting = waiting;
    // Another connection may have taken over meanwhile.
    const isCurrent = () => this.#waiting === waiting;
    try {
      const detail = await this.#options.api.conversation(this.#options.id);
      if (!isCurrent()) return;
      this.#waiting = null;
      this.#adopt(detail, progress);
      this.#goLive();
      for (const event of waiting) if (this.isLive) this.#handle(event);
      this.#handlers.changed();
    } catch (error) {
      if (isCurrent()) this.socket.fail(toChatApiError(error));
    }
  }

  #adopt(detail: ConversationDetail, progress: readonly Progress[] = []): void {
    this.state.adopt(detail, progress);
    this.#stored(detail.messages);
  }

  #stored(messages: readonly { readonly client_id?: string | undefined }[]): void {
    for (const { client_id } of messages) if (client_id !== undefined) this.#handlers.stored(client_id);
  }

  #goLive(): void {
    this.#handlers.live();
    this.socket.markLive();
  }

  /** Resuming from the cursor brings whatever is missing. */
  #gap(): void {
    this.socket.fail(networkError("An event is missing."));
  }
}
