/** How fast a room's followers go: what they leave to the room, and to D1. */

/**
 * The followers' work starts this much after a frame, in milliseconds, unless somebody waits for it: an echo is not to compete
 * with it, and what a person does in one go travels together.
 */
export const FOLLOW_AFTER_MS = 10;

/** Changed rows of a kind in one push. */
export const BATCH = 500;

/** An inbox waits for the archive, and so keeps its pace by itself. */
export const INBOX_REST_MS = 50;

const ARCHIVE_REST = { times: 20, leastMs: 250, mostMs: 1_000 };

/**
 * How long the archive rests after a push that took so long, both in milliseconds. In proportion, so that a room takes a small
 * part of D1's time, and where D1 is far away, or has too much to do, all rooms send fewer and fuller batches.
 */
export function archiveRest(tookMs: number): number {
  return Math.min(ARCHIVE_REST.mostMs, Math.max(ARCHIVE_REST.leastMs, tookMs * ARCHIVE_REST.times));
}
