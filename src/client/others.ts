/** The others: who is there, who is typing. */
import { Timer } from "./timer.ts";

/** A user who types says so again every two seconds; silence for longer means that they stopped. */
const TYPING_EXPIRES_MS = 6_000;
/** Presence and typing of the others. */
export class Others {
  readonly #rollCallMs: number;
  readonly #changed: () => void;
  #online: readonly number[] = [];
  #typing: readonly number[] = [];
  readonly #typingTimers = new Map<number, Timer>();
  readonly #unconfirmed = new Set<number>();
  readonly #rollCall = new Timer();

  /**
   * @param rollCallMs after a reconnect the server names whoever is there, one by one; who is not named by then has left
   * @param changed called where something changes by itself, with time
   */
  constructor(rollCallMs: number, changed: () => void) {
    this.#rollCallMs = rollCallMs;
    this.#changed = changed;
  }

  /** Ids, ascending; a new array after each change. */
  get online(): readonly number[] {
    return this.#online;
  }

  /** Ids, ascending; a new array after each change. */
  get typing(): readonly number[] {
    return this.#typing;
  }

  setOnline(userId: number, isOnline: boolean): void {
    this.#unconfirmed.delete(userId);
    this.#online = withMember(this.#online, userId, isOnline);
    if (!isOnline) this.setTyping(userId, false);
  }

  setTyping(userId: number, isTyping: boolean): void {
    this.#typingTimers.get(userId)?.clear();
    this.#typingTimers.delete(userId);
    this.#typing = withMember(this.#typing, userId, isTyping);
    if (!isTyping) return;
    const timer = new Timer();
    this.#typingTimers.set(userId, timer);
    timer.set(TYPING_EXPIRES_MS, () => {
      this.setTyping(userId, false);
      this.#changed();
    });
  }

  /** A new connection is live: whoever was there before has to be named again. */
  callRoll(): void {
    for (const userId of this.#online) this.#unconfirmed.add(userId);
    this.#rollCall.set(this.#rollCallMs, () => {
      for (const userId of this.#unconfirmed) this.setOnline(userId, false);
      this.#changed();
    });
  }

  /** Nothing is known any more. */
  clear(): void {
    this.#rollCall.clear();
    for (const timer of this.#typingTimers.values()) timer.clear();
    this.#typingTimers.clear();
    this.#unconfirmed.clear();
    if (this.#online.length > 0) this.#online = [];
    if (this.#typing.length > 0) this.#typing = [];
  }
}

/** The same array where nothing changes. */
function withMember(ids: readonly number[], id: number, isMember: boolean): readonly number[] {
  if (ids.includes(id) === isMember) return ids;
  return isMember ? [...ids, id].toSorted((a, b) => a - b) : ids.filter((other) => other !== id);
}
