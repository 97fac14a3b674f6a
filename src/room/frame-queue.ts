/**
 * Group commit that is there when it pays. A frame is handled at once, and committed by itself. In a busy room, what comes while
 * that is being done is gathered and handled together: one transaction, one wait at the output gate. Gathering delays and costs a
 * little, so it goes on only where it finds something (docs/decisions.md has the measurement).
 */

/** A socket that has frames hands over one every other turn of the event loop. So many make a full group, and its turns. */
const FULL_GROUP = 4;
const GATHER_TURNS = 2 * FULL_GROUP;

/** One frame in so many is followed by a try whether there is something to gather. */
const TRY_EVERY = 16;

/** Handles items in the order in which they came, never one before another. */
export class FrameQueue<Item> {
  readonly #handle: (item: Item) => void;
  readonly #committed: () => Promise<void>;
  #queue: Item[] = [];
  #isGathering = false;
  #pays = false;
  #sinceTry = 0;

  /** @param committed resolves in a later turn, once what has been handled so far is on the disk */
  constructor(handle: (item: Item) => void, committed: () => Promise<void>) {
    this.#handle = handle;
    this.#committed = committed;
  }

  /** Takes an item: now, or with the others that come in these turns. */
  push(item: Item): void {
    this.#queue.push(item);
    if (this.#isGathering) return;
    this.drain();
    this.#sinceTry += 1;
    if (this.#pays || this.#sinceTry >= TRY_EVERY) void this.#gather();
  }

  /** Handles at once whatever waits, for a caller that must not overtake it. */
  drain(): void {
    const items = this.#queue;
    this.#queue = [];
    for (const item of items) this.#handle(item);
  }

  /** Handles group after group, until one is not full. */
  async #gather(): Promise<void> {
    this.#isGathering = true;
    this.#pays = false;
    this.#sinceTry = 0;
    try {
      let gathered: number;
      do {
        for (let turn = 0; turn < GATHER_TURNS; turn += 1) await this.#committed();
        gathered = this.#queue.length;
        if (gathered > 0) this.#pays = true;
        this.drain();
      } while (gathered >= FULL_GROUP);
    } catch {
      // Storage that fails is the runtime's to deal with: it resets the object. Nobody's frame waits for that.
      this.drain();
    } finally {
      this.#isGathering = false;
    }
  }
}
