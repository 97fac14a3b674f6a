/** A conversation as an observable store: the part of the SDK that a chat view is built upon. */
import { ConversationSync, type ConversationOptions, type PassingEvent } from "./conversation-sync.ts";
import { networkError } from "./errors.ts";
import { newClientId, refuseUnsendable } from "./message-content.ts";
import { Others } from "./others.ts";
import { ReadMarker } from "./read-marker.ts";
import { Sender } from "./sender.ts";
import { Store } from "./store.ts";
import { TypingSignal } from "./typing-signal.ts";
import type { ChatMessage, ConversationSnapshot, Observable } from "./types.ts";

/** The room names whoever is there right after it went live. */
const ROLL_CALL_MS = 500;

/**
 * One conversation: its messages, who is there and who is typing, kept true for as long as it is open.
 *
 * @example
 * ```ts
 * const conversation = client.conversation(5);
 * const close = conversation.open();
 * conversation.subscribe(() => render(conversation.getSnapshot()));
 * conversation.send("hello");
 * ```
 */
export class ConversationStore implements Observable<ConversationSnapshot> {
  readonly id: number;
  readonly #options: ConversationOptions;
  readonly #sync: ConversationSync;
  readonly #sender: Sender;
  readonly #reads: ReadMarker;
  readonly #others: Others;
  readonly #typing: TypingSignal;
  readonly #store: Store<ConversationSnapshot>;
  #views = 0;
  #messages: readonly ChatMessage[] = [];
  #loadingOlder: Promise<void> | null = null;

  /** @internal Made by `ChatClient.conversation`. */
  constructor(options: ConversationOptions) {
    this.id = options.id;
    this.#options = options;
    this.#sync = new ConversationSync(options, {
      passed: (event) => this.#pass(event),
      stored: (clientId) => this.#sender.answered(clientId),
      spoke: (userId) => this.#others.setTyping(userId, false),
      live: () => this.#others.callRoll(),
      connectionChanged: () => this.#connectionChanged(),
      changed: () => this.#refresh(),
    });
    this.#sender = new Sender({
      conversationId: options.id,
      outbox: options.outbox,
      random: options.random,
      transmit: ({ content, clientId }) =>
        this.#sync.transmit({ type: "chat_message", content, client_id: clientId }),
      unanswered: () => this.#sync.socket.fail(networkError("The server did not answer.")),
    });
    this.#reads = new ReadMarker({
      unreadIds: (through) => this.#sync.state.unreadIds(through),
      tell: (ids) => this.#sync.transmit({ type: "mark_read", message_ids: [...ids] }),
    });
    this.#others = new Others(ROLL_CALL_MS, () => this.#refresh());
    this.#typing = new TypingSignal(options.now, (isTyping) =>
      this.#sync.transmit({ type: isTyping ? "typing" : "stop_typing" }),
    );
    this.#store = new Store(this.#snapshot());
  }

  /** Calls `listener` after each change; the result ends that. */
  readonly subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  /** The conversation now: the same object for as long as nothing changes. */
  readonly getSnapshot = (): ConversationSnapshot => this.#store.getSnapshot();

  /**
   * Loads the newest messages and keeps up with the conversation until the returned function is called. Several views may
   * have it open; they share one connection, which stays until the last has closed and everything is sent.
   */
  open(): () => void {
    this.#views += 1;
    this.#refresh();
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.#views -= 1;
      if (this.#views > 0) return;
      this.#typing.stop();
      this.#reads.flush();
      this.#refresh();
    };
  }

  /**
   * Shows a message at once and sends it as soon as there is a connection, after those sent before it. What becomes of it is
   * seen in its `status`.
   *
   * @returns the message's key
   * @throws ChatApiError with `VALIDATION_ERROR` where it is blank or far too long to be sent
   */
  send(content: string): string {
    const { now, random, outbox } = this.#options;
    refuseUnsendable(content);
    const clientId = newClientId(now, random);
    const createdAt = new Date(now()).toISOString();
    outbox.put({ clientId, conversationId: this.id, content, createdAt, failure: null });
    // The server takes a message for the end of the typing.
    this.#typing.reset();
    this.#sender.pump();
    this.#refresh();
    return clientId;
  }

  /** Sends a failed message after all. */
  retry(key: string): void {
    this.#sender.retry(key);
    this.#refresh();
  }

  /** Takes back a message that failed or waits to be sent; one that is on its way can't be taken back. */
  discard(key: string): void {
    this.#sender.discard(key);
    this.#refresh();
  }

  /**
   * Loads the next older page of history. Calls at the same time share one request.
   *
   * @throws ChatApiError
   */
  loadOlder(): Promise<void> {
    const { state } = this.#sync;
    if (state.version === null || state.log.firstId <= 1) return Promise.resolve();
    this.#loadingOlder ??= this.#loadOlder();
    this.#refresh();
    return this.#loadingOlder;
  }

  /** The user has seen everything up to a message, by default all that there is. Cheap: it may be called on every scroll. */
  markRead(upToId: number = this.#sync.state.log.lastId): void {
    this.#reads.mark(Math.min(upToId, this.#sync.state.log.lastId));
  }

  /** The user has pressed a key: the others see them typing, until they send, stop or pause. */
  typing(): void {
    this.#typing.input();
  }

  /** The user has emptied or left the field. */
  stopTyping(): void {
    this.#typing.stop();
  }

  async #loadOlder(): Promise<void> {
    try {
      await this.#sync.loadOlder();
    } finally {
      this.#loadingOlder = null;
      this.#refresh();
    }
  }

  #pass(event: PassingEvent): void {
    switch (event.type) {
      case "typing":
        this.#others.setTyping(event.user_id, event.is_typing);
        break;
      case "user_online":
      case "user_offline":
        this.#others.setOnline(event.user_id, event.type === "user_online");
        break;
      case "error":
        this.#sender.refused(event.client_id ?? null, event.code, event.message);
        break;
      default:
        event satisfies never;
    }
  }

  #connectionChanged(): void {
    const { state } = this.#sync.socket;
    this.#sender.setLive(state === "live");
    if (state === "live") this.#reads.restart();
    else this.#typing.reset();
    // Over a short drop the others are shown as they were; after that it would be a guess.
    if (state !== "live" && state !== "connecting") this.#others.clear();
    this.#refresh();
  }

  #refresh(): void {
    this.#store.set(this.#snapshot());
    if (this.#views > 0 || this.#sender.isWaiting) this.#sync.socket.start();
    else this.#sync.socket.stop();
  }

  #snapshot(): ConversationSnapshot {
    const { state, socket } = this.#sync;
    return {
      id: this.id,
      connection: socket.state,
      error: socket.error,
      loaded: state.version !== null,
      me: this.#me,
      participants: state.participants,
      other: state.other,
      messages: this.#allMessages(),
      hasOlder: state.log.firstId > 1,
      loadingOlder: this.#loadingOlder !== null,
      unreadCount: state.unreadCount,
      online: this.#others.online,
      typing: this.#others.typing,
    };
  }

  get #me(): number | null {
    return this.#sync.state.me ?? this.#options.tokens.userId;
  }

  /** The stored messages, then those on their way; the same array for as long as nothing changes. */
  #allMessages(): readonly ChatMessage[] {
    const messages = [...this.#sync.state.log.messages, ...this.#sender.messages(this.#me)];
    const isSame =
      messages.length === this.#messages.length &&
      messages.every((message, at) => message === this.#messages[at]);
    if (!isSame) this.#messages = messages;
    return this.#messages;
  }
}
