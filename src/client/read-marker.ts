/** Telling the server what the user has seen: in batches, and again after a drop for as long as it does not know. */
import { Timer } from "./timer.ts";

/** Scrolling through unread messages is one frame, not one for each. */
const BATCH_MS = 250;
/** Ids in one frame: far below the frame's limit of 64 KiB, whatever their length. */
const IDS_PER_FRAME = 2_000;

/** What a read marker is made of. */
export interface ReadMarkerOptions {
  /** The ids up to one that may still be unread. */
  unreadIds(through: number): number[];
  /** Puts ids on the wire; false where there is none. */
  tell(messageIds: readonly number[]): boolean;
}

/** The user's reading of one conversation. */
export class ReadMarker {
  readonly #options: ReadMarkerOptions;
  readonly #batch = new Timer();
  #seenThrough = 0;
  #toldThrough = 0;

  constructor(options: ReadMarkerOptions) {
    this.#options = options;
  }

  /** The user has seen all messages up to one. */
  mark(through: number): void {
    if (through <= this.#seenThrough) return;
    this.#seenThrough = through;
    if (!this.#batch.isSet) this.#batch.set(BATCH_MS, () => this.flush());
  }

  /** Tells at once. */
  flush(): void {
    this.#batch.clear();
    if (this.#seenThrough <= this.#toldThrough) return;
    const ids = this.#options.unreadIds(this.#seenThrough);
    for (let start = 0; start < ids.length; start += IDS_PER_FRAME) {
      if (!this.#options.tell(ids.slice(start, start + IDS_PER_FRAME))) return;
    }
    this.#toldThrough = this.#seenThrough;
  }

  /** A new connection is live: what the last one was told may not have arrived. */
  restart(): void {
    this.#toldThrough = 0;
    this.flush();
  }
}
