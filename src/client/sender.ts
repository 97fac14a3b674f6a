/**
 * Sends a conversation's outbox, one message at a time: the next one goes out when the server has answered the one before, so
 * that no resend can ever change their order. A resend carries the same `client_id`, and the server stores it once.
 */
import type { ErrorCode } from "../protocol/codes.ts";
import { backoffDelayMs } from "./backoff.ts";
import { ChatApiError } from "./errors.ts";
import type { Outbox, OutboxEntry } from "./outbox.ts";
import { Timer } from "./timer.ts";
import type { ChatMessage } from "./types.ts";

/** A live connection that does not answer a message for this long is not worth having. */
const ANSWER_WITHIN_MS = 10_000;

/** Refusals that are not about the message: it is sent again a little later. */
const TRANSIENT: ReadonlySet<string> = new Set<ErrorCode>(["RATE_LIMITED", "UNAVAILABLE", "INTERNAL"]);

/** What a sender is made of. */
export interface SenderOptions {
  readonly conversationId: number;
  readonly outbox: Outbox;
  readonly random: () => number;
  /** Puts a message on the wire; false where there is none. */
  transmit(entry: OutboxEntry): boolean;
  /** A message was put on the wire, and no answer came. */
  unanswered(): void;
}

/** The sending of one conversation's messages. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #answer = new Timer();
  readonly #pause = new Timer();
  #isLive = false;
  #inFlight: string | null = null;
  #failures = 0;
  #shown = new Map<OutboxEntry, ChatMessage>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Whether something is still to be sent. */
  get isWaiting(): boolean {
    return this.#entries().some((entry) => entry.failure === null);
  }

  /** Goes on sending, or stops; whatever is unanswered is sent again afterwards. */
  setLive(isLive: boolean): void {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    this.#inFlight = null;
    this.#answer.clear();
    if (!isLive) this.#pause.clear();
    this.pump();
  }

  /** Sends the next message, if it is time for it. */
  pump(): void {
    if (!this.#isLive || this.#inFlight !== null || this.#pause.isSet) return;
    const next = this.#entries().find((entry) => entry.failure === null);
    if (next === undefined || !this.#options.transmit(next)) return;
    this.#inFlight = next.clientId;
    this.#answer.set(ANSWER_WITHIN_MS, () => this.#options.unanswered());
  }

  /** The server has stored the message. */
  answered(clientId: string): void {
    this.#options.outbox.remove(clientId);
    this.#failures = 0;
    this.#settle(clientId);
  }

  /** The server has refused the message; without a key it can only be the one that is in flight. */
  refused(clientId: string | null, code: string, message: string): void {
    const entry = this.#entries().find((other) => other.clientId === (clientId ?? this.#inFlight));
    if (entry === undefined || (clientId === null && code !== "INTERNAL")) return;
    if (TRANSIENT.has(code)) {
      this.#failures += 1;
      this.#pause.set(500 + backoffDelayMs(this.#failures, this.#options.random), () => this.pump());
    } else {
      this.#options.outbox.put({ ...entry, failure: { code, message } });
    }
    this.#settle(entry.clientId);
  }

  /** Sends a failed message after all. */
  retry(clientId: string): void {
    const entry = this.#entries().find((other) => other.clientId === clientId);
    if (entry === undefined || entry.failure === null) return;
    // To the end: what was written after it may have been sent already.
    this.#options.outbox.remove(clientId);
    this.#options.outbox.put({ ...entry, failure: null });
    this.pump();
  }

  /** Forgets a message that is not sent. */
  discard(clientId: string): void {
    if (clientId !== this.#inFlight) this.#options.outbox.remove(clientId);
  }

  /** What is not stored yet, as messages; the same objects for as long as nothing changes. */
  messages(me: number | null): ChatMessage[] {
    const shown = new Map<OutboxEntry, ChatMessage>();
    for (const entry of this.#entries()) {
      const known = this.#shown.get(entry);
      shown.set(entry, known?.senderId === me ? known : toMessage(entry, me));
    }
    this.#shown = shown;
    return [...shown.values()];
  }

  /** The message is dealt with for now: on to the next. */
  #settle(clientId: string): void {
    if (clientId !== this.#inFlight) return;
    this.#inFlight = null;
    this.#answer.clear();
    this.pump();
  }

  #entries(): readonly OutboxEntry[] {
    return this.#options.outbox.of(this.#options.conversationId);
  }
}

function toMessage(entry: OutboxEntry, me: number | null): ChatMessage {
  return {
    key: entry.clientId,
    id: null,
    senderId: me,
    content: entry.content,
    timestamp: entry.createdAt,
    mine: true,
    status: entry.failure === null ? "sending" : "failed",
    readAt: null,
    error: entry.failure && new ChatApiError(entry.failure),
  };
}
