/**
 * Exponential backoff with full jitter, from the first attempt on, so that a restart of the server is no stampede
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
const BASE_MS = 500;
const MAX_MS = 20_000;

/** How long to wait before an attempt; `failures` is how many went before it in a row, from 1. */
export function backoffDelayMs(failures: number, random: () => number): number {
  // The exponent is bounded, as 2 ** 2000 is Infinity and Infinity times 0 is not a number.
  const ceiling = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(failures - 1, 10));
  return Math.floor(random() * ceiling);
}
