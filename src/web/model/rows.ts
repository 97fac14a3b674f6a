/** A conversation's messages as a list shows them: with day separators, in groups, in blocks that can rest out of sight. */
import type { ChatMessage } from "../../client/index.ts";
import { dayLabel, dayNumber } from "./times.ts";

const GROUP_WITHIN_MS = 5 * 60_000;
const BLOCK_SIZE = 50;

/** A message and its place among its neighbours. */
export interface Row {
  readonly message: ChatMessage;
  /** The day that begins with it; null where none does. */
  readonly day: string | null;
  readonly isFirstNew: boolean;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
}

/** Rows that are drawn, and left undrawn, together. A row never moves to another block, whatever is loaded before it. */
export interface Block {
  readonly key: number;
  readonly rows: readonly Row[];
}

/** @param firstNew the id before which "new messages" stands */
export function toBlocks(messages: readonly ChatMessage[], firstNew: number | null, today: Date): Block[] {
  // The SDK's messages have no gaps, and unsent ones come last: so the ids that these will have are known.
  const firstId = messages[0]?.id ?? 0;
  const blocks: { key: number; rows: Row[] }[] = [];
  const breaks = messages.map((message, at) => breaksBefore(messages[at - 1], message, firstNew));
  for (const [at, message] of messages.entries()) {
    const key = Math.floor((firstId + at) / BLOCK_SIZE);
    if (blocks.at(-1)?.key !== key) blocks.push({ key, rows: [] });
    const before = breaks[at];
    blocks.at(-1)?.rows.push({
      message,
      day: before === "day" ? dayLabel(message.timestamp, today) : null,
      isFirstNew: message.id !== null && message.id === firstNew,
      startsGroup: before !== null,
      endsGroup: at === messages.length - 1 || breaks[at + 1] !== null,
    });
  }
  return blocks;
}

/** Whether two rows look the same. */
export function isSameRow(a: Row, b: Row): boolean {
  return (
    a.message === b.message &&
    a.day === b.day &&
    a.isFirstNew === b.isFirstNew &&
    a.startsGroup === b.startsGroup &&
    a.endsGroup === b.endsGroup
  );
}

/** The message before which "new messages" stands: the oldest of the newest `unread` that others sent up to an id. */
export function findFirstNew(messages: readonly ChatMessage[], upTo: number, unread: number): number | null {
  const received = messages.filter((message) => !message.mine && message.id !== null && message.id <= upTo);
  return unread > 0 ? (received.at(-unread)?.id ?? null) : null;
}

function breaksBefore(
  previous: ChatMessage | undefined,
  message: ChatMessage,
  firstNew: number | null,
): "day" | "group" | null {
  const date = new Date(message.timestamp);
  if (previous === undefined) return "day";
  const before = new Date(previous.timestamp);
  if (dayNumber(before) !== dayNumber(date)) return "day";
  const isApart =
    previous.mine !== message.mine ||
    previous.senderId !== message.senderId ||
    date.getTime() - before.getTime() > GROUP_WITHIN_MS;
  return isApart || (message.id !== null && message.id === firstNew) ? "group" : null;
}
