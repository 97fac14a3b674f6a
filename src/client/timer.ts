/** A timeout that there is at most one of. */

/** Runs something later, unless it is set anew or cleared before. */
export class Timer {
  #handle: ReturnType<typeof setTimeout> | null = null;

  get isSet(): boolean {
    return this.#handle !== null;
  }

  /** Runs `action` after a while, in place of what was set before. */
  set(delayMs: number, action: () => void): void {
    this.clear();
    this.#handle = setTimeout(() => {
      this.#handle = null;
      action();
    }, delayMs);
  }

  clear(): void {
    if (this.#handle !== null) clearTimeout(this.#handle);
    this.#handle = null;
  }
}
