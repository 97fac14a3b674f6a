/** Noticing that a link is dead: the platform itself may take many minutes to. */
import { PING_INTERVAL_MS } from "../protocol/limits.ts";
import { Timer } from "./timer.ts";

/** Silence after a ping that means a dead link, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000;
/** The same where there is a reason to suspect one. */
const PROBE_WITHIN_MS = 4_000;

/** Pings now and then, and waits for any sign of life. */
export class Heartbeat {
  readonly #ping: () => void;
  readonly #lost: () => void;
  readonly #timer = new Timer();

  /**
   * @param ping sends a ping
   * @param lost no answer came
   */
  constructor(ping: () => void, lost: () => void) {
    this.#ping = ping;
    this.#lost = lost;
  }

  /** The link has shown that it is alive. */
  alive(): void {
    this.#timer.set(PING_INTERVAL_MS, () => this.#askWithin(ANSWER_WITHIN_MS));
  }

  /** Has the link show that it is alive, at once. */
  probe(): void {
    this.#askWithin(PROBE_WITHIN_MS);
  }

  stop(): void {
    this.#timer.clear();
  }

  #askWithin(milliseconds: number): void {
    this.#ping();
    this.#timer.set(milliseconds, this.#lost);
  }
}
