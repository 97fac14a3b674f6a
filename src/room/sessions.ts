/** Who is connected to the room: sessions over sockets, and what is sent to whom. */
import * as v from "valibot";
import { ERRORS, type ErrorCode } from "../protocol/codes.ts";
import type { ChatEvent } from "../protocol/server-events.ts";

/** What a session keeps across hibernation, as the socket's attachment. */
export const sessionStateSchema = v.object({
  userId: v.number(),
  /** When the token expires, in milliseconds. */
  expiresAt: v.number(),
  connectedAt: v.number(),
  /** Whether the client asked for sync: more events, and a version on each. */
  sync: v.boolean(),
  typing: v.boolean(),
});
export type SessionState = v.InferOutput<typeof sessionStateSchema>;

/** What a session needs of its socket. */
export interface Connection {
  /** @throws where the socket no longer takes anything */
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Keeps the state for the time after hibernation. */
  save(state: SessionState): void;
  /** When the client's last ping was answered, in milliseconds; null before the first. */
  lastPingAt(): number | null;
}

/** One open socket of one user. */
export class Session {
  readonly #connection: Connection;
  #state: SessionState;
  /** When a frame last came in, since the object last woke. */
  lastFrameAt = 0;

  constructor(connection: Connection, state: SessionState) {
    this.#connection = connection;
    this.#state = state;
  }

  get state(): SessionState {
    return this.#state;
  }

  get userId(): number {
    return this.#state.userId;
  }

  get expiresAt(): number {
    return this.#state.expiresAt;
  }

  get sync(): boolean {
    return this.#state.sync;
  }

  get typing(): boolean {
    return this.#state.typing;
  }

  set typing(typing: boolean) {
    if (typing === this.#state.typing) return;
    this.#state = { ...this.#state, typing };
    this.#connection.save(this.#state);
  }

  /** When the client last gave a sign of life, in milliseconds. */
  get lastSeenAt(): number {
    return Math.max(this.#state.connectedAt, this.lastFrameAt, this.#connection.lastPingAt() ?? 0);
  }

  /** Sends, or finds the socket closing: its close event is on the way and deals with it. */
  send(text: string): void {
    try {
      this.#connection.send(text);
    } catch {
      // One broken receiver is nobody else's business.
    }
  }

  /** Tells this session alone what went wrong; `clientId` names the send that failed. */
  sendError(code: ErrorCode, message: string = ERRORS[code].message, clientId: string | null = null): void {
    this.send(
      JSON.stringify({ type: "error", code, message, ...(clientId === null ? {} : { client_id: clientId }) }),
    );
  }

  close(code: number, reason: string): void {
    try {
      this.#connection.close(code, reason);
    } catch {
      // Closed already.
    }
  }
}

/**
 * One event on its way out. Its JSON is made once for each form that somebody needs: as Core has it, with the version for
 * sockets that asked for sync, and with the `client_id` for the sender's own.
 */
export class Outgoing {
  readonly #event: ChatEvent;
  readonly #version: number;
  readonly #own: { readonly userId: number; readonly clientId: string } | null;
  readonly #texts = new Map<string, string>();

  constructor(event: ChatEvent, version: number, own: { userId: number; clientId: string } | null = null) {
    this.#event = event;
    this.#version = version;
    this.#own = own;
  }

  textFor(session: Session): string {
    const clientId = this.#own?.userId === session.userId ? this.#own.clientId : undefined;
    const form = `${session.sync}:${clientId !== undefined}`;
    let text = this.#texts.get(form);
    if (text === undefined) {
      // A key with the value undefined is left out of the JSON; sync events bring a version of their own.
      const version = session.sync ? this.#version : undefined;
      text = JSON.stringify({
        ...this.#event,
        client_id: clientId,
        version: ownVersion(this.#event) ?? version,
      });
      this.#texts.set(form, text);
    }
    return text;
  }
}

function ownVersion(event: ChatEvent): number | undefined {
  return "version" in event ? event.version : undefined;
}

/** The open sessions of one room. */
export class Sessions {
  readonly #sessions = new Set<Session>();

  add(session: Session): void {
    this.#sessions.add(session);
  }

  /** Takes a session out; false where it was out already. */
  remove(session: Session): boolean {
    return this.#sessions.delete(session);
  }

  includes(session: Session): boolean {
    return this.#sessions.has(session);
  }

  all(): Session[] {
    return [...this.#sessions];
  }

  of(userId: number): Session[] {
    return this.all().filter((session) => session.userId === userId);
  }

  has(userId: number): boolean {
    for (const session of this.#sessions) if (session.userId === userId) return true;
    return false;
  }

  /** Ids of the users who are connected, each once. */
  users(): Set<number> {
    return new Set(this.all().map((session) => session.userId));
  }
}
