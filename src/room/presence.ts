/**
 * Who is there and who is typing. Online is an open socket, or one that closed within the grace time. Nothing here runs on a
 * timer: the alarm asks when something is due, and sweeps.
 */
import { DEAD_AFTER_MS } from "../protocol/limits.ts";
import { closeExpired, type Broadcast } from "./broadcast.ts";
import { CLOSE } from "../protocol/codes.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { RoomStore } from "./store.ts";

/** Comings, goings and typing in one room. */
export class Presence {
  readonly #sessions: Sessions;
  readonly #store: RoomStore;
  readonly #broadcast: Broadcast;
  readonly #username: (userId: number) => string;
  readonly #graceMs: number;
  readonly #now: () => number;
  /** Users in their grace time, with its end. */
  readonly #departures: Map<number, number>;

  constructor(
    sessions: Sessions,
    store: RoomStore,
    broadcast: Broadcast,
    username: (userId: number) => string,
    graceMs: number,
    now: () => number,
  ) {
    this.#sessions = sessions;
    this.#store = store;
    this.#broadcast = broadcast;
    this.#username = username;
    this.#graceMs = graceMs;
    this.#now = now;
    this.#departures = new Map(store.departures().map(({ userId, dueAt }) => [userId, dueAt]));
  }

  /** A socket has opened: the others learn of a user's first, and the newcomer of everyone who is there (C9). */
  join(session: Session): void {
    const wasOnline = this.isOnline(session.userId);
    this.#sessions.add(session);
    if (this.#departures.delete(session.userId)) this.#store.deleteDeparture(session.userId);
    if (!wasOnline) {
      this.#broadcast.toAll(this.#event("user_online", session.userId), { except: session.userId });
    }
    for (const userId of new Set([...this.#sessions.users(), ...this.#departures.keys()])) {
      if (userId !== session.userId) this.#broadcast.to(session, this.#event("user_online", userId));
    }
  }

  /** A socket has closed, however often and in whatever way that is reported (C10, C15). */
  leave(session: Session): void {
    if (!this.#sessions.remove(session)) return;
    const { userId } = session;
    if (session.typing && !this.#isTyping(userId)) this.#tellTyping(userId, false);
    if (this.#sessions.has(userId)) return;
    if (this.#graceMs === 0) {
      this.#tellOffline(userId);
      return;
    }
    const dueAt = this.#now() + this.#graceMs;
    this.#departures.set(userId, dueAt);
    this.#store.saveDeparture(userId, dueAt);
  }

  isOnline(userId: number): boolean {
    return this.#sessions.has(userId) || this.#departures.has(userId);
  }

  /** C4: a repeated `typing` is passed on again. */
  startTyping(session: Session): void {
    session.typing = true;
    this.#tellTyping(session.userId, true);
  }

  /** C4: a `stop_typing` without typing is not passed on; nor is one while another socket of the user types on. */
  stopTyping(session: Session): void {
    if (!session.typing) return;
    session.typing = false;
    if (!this.#isTyping(session.userId)) this.#tellTyping(session.userId, false);
  }

  /** A message has come from the user, over whatever channel: it ends their typing (C4). */
  endTyping(userId: number): void {
    if (!this.#isTyping(userId)) return;
    for (const session of this.#sessions.of(userId)) session.typing = false;
    this.#tellTyping(userId, false);
  }

  /** Ends a session whose token has run out. */
  expire(session: Session): void {
    closeExpired(session);
    this.leave(session);
  }

  /** Lets go of expired tokens, of sockets that have fallen silent, and of users whose grace time is over. */
  sweep(): void {
    const now = this.#now();
    for (const session of this.#sessions.all()) {
      if (session.expiresAt <= now) {
        this.expire(session);
      } else if (this.#deadAt(session) <= now) {
        session.close(CLOSE.TRY_AGAIN_LATER, "silent for too long");
        this.leave(session);
      }
    }
    for (const [userId, dueAt] of this.#departures) {
      if (dueAt > now) continue;
      this.#departures.delete(userId);
      this.#store.deleteDeparture(userId);
      this.#tellOffline(userId);
    }
  }

  /** When the next sweep has something to do, in milliseconds; Infinity where nothing is due. */
  dueAt(): number {
    let due = Infinity;
    for (const session of this.#sessions.all()) due = Math.min(due, session.expiresAt, this.#deadAt(session));
    for (const dueAt of this.#departures.values()) due = Math.min(due, dueAt);
    return due;
  }

  /** Core clients don't ping, so only a session that asked for sync can be told to be dead by its silence. */
  #deadAt(session: Session): number {
    return session.sync ? session.lastSeenAt + DEAD_AFTER_MS : Infinity;
  }

  #isTyping(userId: number): boolean {
    return this.#sessions.of(userId).some((session) => session.typing);
  }

  #tellTyping(userId: number, isTyping: boolean): void {
    this.#broadcast.toAll(
      { type: "typing", user_id: userId, username: this.#username(userId), is_typing: isTyping },
      { except: userId },
    );
  }

  #tellOffline(userId: number): void {
    this.#broadcast.toAll(this.#event("user_offline", userId), { except: userId });
  }

  #event(type: "user_online" | "user_offline", userId: number) {
    return { type, user_id: userId, username: this.#username(userId) };
  }
}
