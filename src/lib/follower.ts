/**
 * Bringing somebody who follows a versioned log up to date: one push in flight, the next one carrying all that came
 * meanwhile, backing off while it fails. What the follower has is kept by the caller; nothing here survives the object.
 */
import { errorText, log } from "./log.ts";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/**
 * The pause after so many failures in a row, in milliseconds. Half of it is at random, a number from 0 to 1, so that logs which
 * failed together do not come back together.
 */
export function backoff(failures: number, random: number): number {
  const whole = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
  return Math.round(whole * (0.5 + random / 2));
}

/** What a follower needs of the log and of the one who follows. */
export interface FollowerOptions {
  /** For the logs, for example `archive` or `inbox`. */
  readonly name: string;
  /** The version of the log now. */
  readonly version: () => number;
  /** The version that the follower has to begin with. */
  readonly position: number;
  /** Brings over what changed after a version; returns the version reached. May be called twice for the same change. */
  readonly push: (since: number) => Promise<number>;
  /**
   * How long to rest after a push that took so long, both in milliseconds. Nobody who waits is kept by it; a busy log sends
   * fewer and fuller pushes, and has the time in between to itself.
   */
  readonly restAfter: (tookMs: number) => number;
  /** Called whenever pushing has come to an end, done or failed. */
  readonly onIdle: () => void;
  readonly now: () => number;
}

/** One follower of one log. */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #waiting = new Set<{ readonly version: number; readonly resolve: (reached: boolean) => void }>();
  #position: number;
  #running = false;
  #isPushing = false;
  #rewound = false;
  #endRest: (() => void) | null = null;
  /** The version up to which somebody waits. */
  #urgentTo = 0;
  #failures = 0;
  #failedAt = 0;
  #retryAt = 0;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#position = options.position;
  }

  /** The version that the follower has. */
  get position(): number {
    return this.#position;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  get isBehind(): boolean {
    return this.#position < this.#options.version();
  }

  /** The end of a pause after a failure, in milliseconds; 0 where there was none. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** Starts pushing, unless that is under way, not needed, or put off after a failure. */
  poke(): void {
    this.#pokeAfter(this.#retryAt);
  }

  /** The same for somebody who waits: after a long outage nobody has to sit out the rest of a long pause. */
  pokeNow(): void {
    this.#urgentTo = this.#options.version();
    if (this.isBehind) this.#endRest?.();
    this.#pokeAfter(Math.min(this.#retryAt, this.#failedAt + FIRST_RETRY_MS));
  }

  /** Brings everything over anew, from the first version on. */
  rewind(): void {
    this.#position = 0;
    // A push that is under way must not carry the position back to where it was going.
    this.#rewound = this.#isPushing;
    this.#endRest?.();
    this.poke();
  }

  #pokeAfter(time: number): void {
    if (this.#running || !this.isBehind || this.#options.now() < time) return;
    this.#running = true;
    void this.#run();
  }

  /** Waits until the follower has `version`: true once it has, false after `milliseconds`. */
  async reached(version: number, milliseconds: number): Promise<boolean> {
    if (this.#position >= version) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiting = { version, resolve };
    this.#waiting.add(waiting);
    const timer = setTimeout(() => resolve(false), milliseconds);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
    }
  }

  async #run(): Promise<void> {
    const { name, now, onIdle, push, restAfter, version } = this.#options;
    try {
      while (this.isBehind) {
        const startedAt = now();
        const asked = version();
        this.#isPushing = true;
        const reached = await push(this.#position);
        this.#isPushing = false;
        if (reached <= this.#position) throw new Error("a push that brought nothing");
        this.#position = this.#rewound ? 0 : reached;
        this.#rewound = false;
        this.#failures = 0;
        this.#retryAt = 0;
        for (const waiting of this.#waiting) if (waiting.version <= reached) waiting.resolve(true);
        // What did not fit into this one follows at once, and so does what somebody waits for.
        if (reached >= asked && reached >= this.#urgentTo) await this.#rest(restAfter(now() - startedAt));
      }
    } catch (error) {
      this.#isPushing = false;
      this.#rewound = false;
      this.#failures += 1;
      this.#failedAt = now();
      this.#retryAt = this.#failedAt + backoff(this.#failures, Math.random());
      log("warn", "follower_failed", { follower: name, failures: this.#failures, error: errorText(error) });
    } finally {
      this.#running = false;
      onIdle();
    }
  }

  /** Waits before the next push, unless somebody comes who cannot. */
  async #rest(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#endRest = resolve;
    await promise;
    clearTimeout(timer);
    this.#endRest = null;
  }
}
