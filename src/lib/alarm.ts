/** Alarms further off than this are not set, in milliseconds: whatever wakes the object before then asks again. */
const HORIZON_MS = 30 * 24 * 60 * 60 * 1000;

/** The one alarm of an object, moved only when it would come too late: each move is a row written. */
export class Alarm {
  readonly #storage: DurableObjectStorage;
  #at: number | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Finds out which alarm is set; to be awaited before the object handles anything. */
  async load(): Promise<void> {
    this.#at = await this.#storage.getAlarm();
  }

  /** The alarm has gone off. */
  fired(): void {
    this.#at = null;
  }

  /** Makes sure that the alarm goes off at `due` (milliseconds) or before; nothing for Infinity. */
  atLatest(due: number): void {
    if (due > Date.now() + HORIZON_MS || (this.#at !== null && this.#at <= due)) return;
    this.#at = due;
    // Not awaited: it is part of the transaction of whatever made it due, and the output gate waits for that.
    void this.#storage.setAlarm(due);
  }
}
