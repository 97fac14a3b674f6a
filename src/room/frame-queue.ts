/**
 * Group commit. The first frames of a moment are handled at once; what more comes before the next tick is handled together in
 * it: one transaction, one wait at the output gate (docs/decisions.md has the measurement).
 */

/**
 * Frames handled at once before the next tick: a tick is a timer, one to two milliseconds, and people who answer each other
 * must not wait for one; a burst has far more.
 */
const AT_ONCE = 4;

/** Handles items in the order in which they came, never one before another. */
export class FrameQueue<Item> {
  readonly #handle: (item: Item) => void;
  readonly #afterTick: () => void;
  #queue: Item[] = [];
  #ticking = false;
  #handledAtOnce = 0;

  /** @param afterTick called once what has come is handled, in a turn of its own: nobody's commit waits for it */
  constructor(handle: (item: Item) => void, afterTick: () => void) {
    this.#handle = handle;
    this.#afterTick = afterTick;
  }

  /** Takes an item: now, if nothing is under way, else with the next tick. */
  push(item: Item): void {
    // What waits comes first.
    if (this.#queue.length > 0 || this.#handledAtOnce >= AT_ONCE) {
      this.#queue.push(item);
      return;
    }
    this.#startTick();
    this.#handledAtOnce += 1;
    this.#handle(item);
  }

  /** Handles at once whatever waits, for a caller that must not overtake it. */
  drain(): void {
    const items = this.#queue;
    this.#queue = [];
    for (const item of items) this.#handle(item);
  }

  #startTick(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    setTimeout(() => this.#tick(), 0);
  }

  #tick(): void {
    this.#ticking = false;
    // After a burst its next frames wait for the next tick: they are as many again.
    if (this.#queue.length === 0) this.#handledAtOnce = 0;
    if (this.#queue.length > 0) {
      this.#startTick();
      this.drain();
    }
    this.#afterTick();
  }
}
