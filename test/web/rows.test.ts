/** Days, groups, blocks, and where "new messages" stands. */
import { expect, test } from "vitest";
import type { ChatMessage } from "../../src/client/index.ts";
import { findFirstNew, toBlocks } from "../../src/web/model/rows.ts";

function message(id: number | null, minute: number, mine: boolean): ChatMessage {
  return {
    key: String(id ?? `unsent ${minute}`),
    id,
    senderId: mine ? 1 : 2,
    content: "…",
    timestamp: new Date(2026, 2, 3, 12, minute).toISOString(),
    mine,
    status: "sent",
    readAt: null,
    error: null,
  };
}

const today = new Date(2026, 2, 4, 9);

test("one person's messages within five minutes are a group", () => {
  const rows = toBlocks(
    [message(1, 0, true), message(2, 3, true), message(3, 9, true), message(4, 9, false)],
    null,
    today,
  );
  expect(rows[0]?.rows.map(({ day, startsGroup, endsGroup }) => [day, startsGroup, endsGroup])).toEqual([
    ["Yesterday", true, false],
    [null, false, true],
    [null, true, true],
    [null, true, true],
  ]);
});

test("a row stays in its block when older ones are loaded, and when it is sent", () => {
  const all = Array.from({ length: 120 }, (_, at) => message(at + 1, 0, false));
  const blockOf = (messages: readonly ChatMessage[], key: string) =>
    toBlocks(messages, null, today).find((block) => block.rows.some((row) => row.message.key === key))?.key;
  expect(blockOf(all.slice(70), "75")).toBe(blockOf(all, "75"));
  expect(blockOf([...all, message(null, 1, true)], "unsent 1")).toBe(
    blockOf([...all, message(121, 1, true)], "121"),
  );
});

test("the first new message is counted back over what others sent", () => {
  const messages = [message(1, 0, false), message(2, 0, true), message(3, 0, false), message(4, 1, false)];
  expect(findFirstNew(messages, 3, 2)).toBe(1);
  expect(findFirstNew(messages, 4, 1)).toBe(4);
  expect(findFirstNew(messages, 4, 0)).toBe(null);
  // It is not loaded yet.
  expect(findFirstNew(messages, 4, 9)).toBe(null);
});
