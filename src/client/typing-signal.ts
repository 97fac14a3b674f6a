/** Telling the others that the user is typing: not with every key, and not for longer than it is true. */
import { Timer } from "./timer.ts";

const REPEAT_MS = 2_000;
const IDLE_MS = 3_000;

/** The user's own typing. */
export class TypingSignal {
  readonly #now: () => number;
  readonly #tell: (isTyping: boolean) => boolean;
  readonly #idle = new Timer();
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @param tell tells the server; false where there is no connection */
  constructor(now: () => number, tell: (isTyping: boolean) => boolean) {
    this.#now = now;
    this.#tell = tell;
  }

  /** The user has pressed a key. */
  input(): void {
    const now = this.#now();
    // A clock that was set back must not silence the signal.
    if (now - this.#toldAt >= REPEAT_MS || now < this.#toldAt) {
      if (!this.#tell(true)) return;
      this.#toldAt = now;
    }
    this.#idle.set(IDLE_MS, () => this.stop());
  }

  /** The user has emptied the field, or left it. */
  stop(): void {
    if (this.#toldAt !== Number.NEGATIVE_INFINITY) this.#tell(false);
    this.reset();
  }

  /** The server knows by itself: a message was sent, or the connection is gone. */
  reset(): void {
    this.#idle.clear();
    this.#toldAt = Number.NEGATIVE_INFINITY;
  }
}
