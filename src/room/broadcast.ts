/** Sending one event to many sessions, none of which is heard any longer than its token is good. */
import { CLOSE } from "../protocol/codes.ts";
import type { ChatEvent } from "../protocol/server-events.ts";
import { Outgoing, type Session, type Sessions } from "./sessions.ts";

/** Which sessions get an event. */
export interface Audience {
  /** Leaves out the sessions of one user. */
  readonly except?: number;
  /** Only sessions that asked for sync. */
  readonly syncOnly?: boolean;
  /** The sender, whose sessions get the key that the message was sent with. */
  readonly own?: { readonly userId: number; readonly clientId: string } | null;
}

/** Sends to the sessions of a room. */
export class Broadcast {
  readonly #sessions: Sessions;
  readonly #version: () => number;
  readonly #now: () => number;
  readonly #expire: (session: Session) => void;

  /** @param expire ends a session whose token has run out */
  constructor(
    sessions: Sessions,
    version: () => number,
    now: () => number,
    expire: (session: Session) => void,
  ) {
    this.#sessions = sessions;
    this.#version = version;
    this.#now = now;
    this.#expire = expire;
  }

  /** Sends to everyone in the audience. */
  toAll(event: ChatEvent, audience: Audience = {}): void {
    this.#send(
      this.#sessions
        .all()
        .filter((session) => session.userId !== audience.except && (session.sync || !audience.syncOnly)),
      new Outgoing(event, this.#version(), audience.own),
    );
  }

  /** Sends to one session. */
  to(session: Session, event: ChatEvent, own: Audience["own"] = null): void {
    this.#send([session], new Outgoing(event, this.#version(), own));
  }

  #send(sessions: readonly Session[], outgoing: Outgoing): void {
    const now = this.#now();
    const expired: Session[] = [];
    for (const session of sessions) {
      if (session.expiresAt <= now) expired.push(session);
      else session.send(outgoing.textFor(session));
    }
    // Afterwards, as each of these makes events of its own.
    for (const session of expired) this.#expire(session);
  }
}

/** Tells a session that its token has run out, and closes it. */
export function closeExpired(session: Session): void {
  session.sendError("UNAUTHORIZED", "Your session has expired. Sign in again.");
  session.close(CLOSE.UNAUTHORIZED, "UNAUTHORIZED");
}
