/** One notification socket: what it has been told, whether its client still listens. */
import * as v from "valibot";
import { CLOSE, ERRORS, type ErrorCode } from "../protocol/codes.ts";
import { DEAD_AFTER_MS } from "../protocol/limits.ts";
import type { InboxEvent } from "../protocol/server-events.ts";
import { closeQuietly } from "../lib/sockets.ts";

/** Conversations for which a device remembers what it was told: enough for whatever could still be repeated. */
const REMEMBERED = 200;

/** What a device keeps across hibernation, as its socket's attachment. */
export const deviceStateSchema = v.object({
  expiresAt: v.number(),
  connectedAt: v.number(),
  sync: v.boolean(),
  /** Whether it is still being told what changed before it came; live events wait. */
  resuming: v.boolean(),
  /** Conversation and newest message that it was told of, least recent first: a room may repeat itself. */
  told: v.array(v.tuple([v.number(), v.number()])),
});
export type DeviceState = v.InferOutput<typeof deviceStateSchema>;

/** A device of the inbox's user. */
export class Device {
  readonly #socket: WebSocket;
  readonly #lastPingAt: () => number | null;
  readonly #told: Map<number, number>;
  #state: DeviceState;
  /** Live events that wait for the end of the resume. */
  #waiting: InboxEvent[] = [];

  constructor(socket: WebSocket, state: DeviceState, lastPingAt: () => number | null) {
    this.#socket = socket;
    this.#state = state;
    this.#told = new Map(state.told);
    this.#lastPingAt = lastPingAt;
  }

  get sync(): boolean {
    return this.#state.sync;
  }

  /** When the token expires, in milliseconds. */
  get expiresAt(): number {
    return this.#state.expiresAt;
  }

  /** Why the device gets nothing any more; null where it does. */
  goneBecause(now: number): "expired" | "silent" | null {
    if (this.#state.expiresAt <= now) return "expired";
    const lastSeenAt = Math.max(this.#state.connectedAt, this.#lastPingAt() ?? 0);
    return this.sync && lastSeenAt + DEAD_AFTER_MS <= now ? "silent" : null;
  }

  /** Passes on a live event, each message once and never out of order. */
  tell(event: InboxEvent): void {
    if (this.#state.resuming) this.#waiting.push(event);
    else this.#deliver(event);
  }

  /** Sends at once, ahead of whatever waits. */
  send(event: InboxEvent): void {
    try {
      this.#socket.send(JSON.stringify(event));
    } catch {
      // Closing: its close event deals with it.
    }
  }

  /** The device has been told of a conversation up to a message, as part of a resume. */
  remember(conversationId: number, messageId: number): void {
    this.#told.delete(conversationId);
    this.#told.set(conversationId, messageId);
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= REMEMBERED) break;
      this.#told.delete(oldest);
    }
  }

  /** Ends the resume with its last word, and passes on what waited. */
  goLive(lastWord: InboxEvent): void {
    this.#state = { ...this.#state, resuming: false };
    this.send(lastWord);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.#deliver(event);
    this.save();
  }

  sendError(code: ErrorCode, message: string = ERRORS[code].message): void {
    this.send({ type: "error", code, message });
  }

  expire(): void {
    this.sendError("UNAUTHORIZED", "Your session has expired. Sign in again.");
    this.close(CLOSE.UNAUTHORIZED, "UNAUTHORIZED");
  }

  close(code: number, reason: string): void {
    closeQuietly(this.#socket, code, reason);
  }

  /** Keeps the state for the time after hibernation. */
  save(): void {
    this.#state = { ...this.#state, told: [...this.#told] };
    try {
      this.#socket.serializeAttachment(this.#state);
    } catch {
      // A closed socket needs no state.
    }
  }

  #deliver(event: InboxEvent): void {
    if (event.type === "new_message") {
      if ((this.#told.get(event.conversation_id) ?? 0) >= event.message_id) return;
      this.remember(event.conversation_id, event.message_id);
    }
    this.send(event);
  }
}
