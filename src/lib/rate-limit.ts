/** A token bucket per key: a burst of a minute's worth, then an even rate. In memory, so it forgives what it forgets. */

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets kept at most: past it the fullest knowledge is dropped, which only ever lets more through. */
const MAX_BUCKETS = 10_000;

/** Counts against `perMinute` for each key; 0 is no limit. */
export class RateLimit<Key> {
  readonly #perMinute: number;
  readonly #buckets = new Map<Key, Bucket>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Takes one; returns the seconds to wait, 0 where it is let through. */
  take(key: Key, now: number): number {
    if (this.#perMinute === 0) return 0;
    const bucket = this.#buckets.get(key) ?? { tokens: this.#perMinute, at: now };
    const perMs = this.#perMinute / 60_000;
    bucket.tokens = Math.min(this.#perMinute, bucket.tokens + Math.max(0, now - bucket.at) * perMs);
    bucket.at = now;
    if (!this.#buckets.has(key) && this.#buckets.size >= MAX_BUCKETS) this.#buckets.clear();
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perMs / 1000);
    bucket.tokens -= 1;
    return 0;
  }
}
