/**
 * Group commit. The first frame of an idle moment is handled at once; what comes while its commit is under way is handled
 * together in the next tick: one transaction, one wait at the output gate (docs/decisions.md has the measurement).
 */

/** Handles items in the order in which they came, never one before another. */
export class FrameQueue<Item> {
  readonly #handle: (item: Item) => void;
  readonly #afterTick: () => void;
  #queue: Item[] = [];
  #ticking = false;

  /** @param afterTick called once what has come is handled, in a turn of its own: nobody's commit waits for it */
  constructor(handle: (item: Item) => void, afterTick: () => void) {
    this.#handle = handle;
    this.#afterTick = afterTick;
  }

  /** Takes an item: now, if nothing is under way, else with the next tick. */
  push(item: Item): void {
    if (this.#ticking) {
      this.#queue.push(item);
      return;
    }
    this.#startTick();
    this.#handle(item);
  }

  /** Handles at once whatever waits, for a caller that must not overtake it. */
  drain(): void {
    const items = this.#queue;
    this.#queue = [];
    for (const item of items) this.#handle(item);
  }

  #startTick(): void {
    this.#ticking = true;
    setTimeout(() => this.#tick(), 0);
  }

  #tick(): void {
    this.#ticking = false;
    if (this.#queue.length > 0) {
      this.#startTick();
      this.drain();
    }
    this.#afterTick();
  }
}
