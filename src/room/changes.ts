/** What changed in a room after a version, for whoever follows it: state, bounded, and complete up to a version. */
import type { MessageRecord, ReceiptRecord } from "../directory/records.ts";
import type { ReadRange } from "../protocol/server-events.ts";
import { toTime } from "../protocol/values.ts";
import type { RoomStore } from "./store.ts";

/** Rows that changed, with the version up to which they are complete. */
export interface RoomChanges {
  readonly messages: readonly MessageRecord[];
  readonly receipts: readonly ReceiptRecord[];
  readonly upTo: number;
}

/** Where a room's log begins and ends. */
export interface LogBounds {
  readonly firstId: number;
  readonly lastId: number;
  readonly version: number;
}

/** UTF-16 units of message text in one batch of changes: even fully escaped it fits D1's 2 MB of a bound value. */
const MAX_TEXT = 256_000;

/** The first message that came after a version. Each message raises it by one, so as many at most came since. */
export function firstIdAfter(
  store: RoomStore,
  { firstId, lastId, version }: LogBounds,
  since: number,
): number {
  const low = Math.max(firstId, lastId + 1 - Math.max(0, version - since));
  return store.firstIdAfter(since, low, lastId);
}

/**
 * The rows that changed after a version: at most about `limit` of a kind, and no more text than fits in one statement. `upTo`
 * is the version that the follower has once it has applied them.
 */
export function changesAfter(store: RoomStore, bounds: LogBounds, since: number, limit: number): RoomChanges {
  const found = store.messagesFrom(firstIdAfter(store, bounds, since), limit);
  const messages = withinText(found);
  const receipts = store.receiptsAfter(since, limit);
  // Each list may end early; only up to the lower of the two ends are both complete.
  const isWhole = messages.length === found.length && found.length < limit;
  const upTo = Math.min(
    isWhole ? bounds.version : (messages.at(-1)?.version ?? bounds.version),
    receipts.length < limit ? bounds.version : (receipts.at(-1)?.version ?? bounds.version),
  );
  return {
    messages: messages.filter((message) => message.version <= upTo),
    receipts: receipts.filter((receipt) => receipt.version <= upTo),
    upTo,
  };
}

/** A receipt as a resuming client gets it. */
export function toReadRange(receipt: ReceiptRecord): ReadRange {
  return {
    read_by: receipt.readerId,
    first_id: receipt.firstId,
    last_id: receipt.lastId,
    read_at: toTime(receipt.readAt),
  };
}

/** The first of some messages, as many as hold that much text, but at least one. */
function withinText(messages: readonly MessageRecord[]): readonly MessageRecord[] {
  let text = 0;
  const end = messages.findIndex(
    (message, index) => (text += message.content.length) > MAX_TEXT && index > 0,
  );
  return end === -1 ? messages : messages.slice(0, end);
}
