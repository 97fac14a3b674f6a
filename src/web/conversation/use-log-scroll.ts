/**
 * Where the log is scrolled to: at the latest message for as long as it is there, else exactly where it was, whatever is
 * loaded above or changes its size. The browser's own scroll anchoring is switched off, as not every browser has it.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import type { ConversationView } from "../../react/index.ts";

/** Nearer to the end than this counts as being there, in pixels. */
const AT_END_PX = 40;
/** Further from the end than this, a way back is offered. */
const AWAY_PX = 240;
/** Space left above "new messages". */
const ABOVE_NEW_PX = 56;
/** Older messages are fetched when there are fewer screens of them left than this. */
const SCREENS_AHEAD = 2;

export interface LogScrollOptions {
  readonly log: RefObject<HTMLDivElement | null>;
  readonly view: ConversationView;
  readonly firstNew: number | null;
  /** Null where there is nothing to load now. */
  readonly loadOlder: (() => void) | null;
  /** Called after each move. */
  readonly onMove: () => void;
}

/** A row, and how far below the top of everything it was. */
interface Anchor {
  readonly row: Element;
  readonly top: number;
}

export interface LogScroll {
  readonly onScroll: () => void;
  readonly toLatest: () => void;
  /** Whether the latest message is far out of sight. */
  readonly isAway: boolean;
}

export function useLogScroll({ log, view, firstNew, loadOlder, onMove }: LogScrollOptions): LogScroll {
  const isAtEnd = useRef(true);
  const anchor = useRef<Anchor | null>(null);
  const placedAt = useRef<number | null>(null);
  const [isAway, setAway] = useState(false);
  const latest = useRef({ loadOlder, onMove });
  latest.current = { loadOlder, onMove };

  const settle = useCallback(() => {
    const element = log.current;
    if (element === null) return;
    const distance = distanceToEnd(element);
    isAtEnd.current = distance <= AT_END_PX;
    setAway(distance > AWAY_PX);
    anchor.current = topRow(element);
    if (element.scrollTop < element.clientHeight * SCREENS_AHEAD) latest.current.loadOlder?.();
    latest.current.onMove();
  }, [log]);

  /** Undoes what a change of size above has moved. */
  const restore = useCallback(() => {
    const element = log.current;
    if (element === null) return;
    if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    else if (anchor.current?.row.isConnected) {
      element.scrollTop += topOf(element, anchor.current.row) - anchor.current.top;
    }
    settle();
  }, [log, settle]);

  const last = view.messages.at(-1);
  const isOwnNew = useIsOwnNew(last?.mine === true && last.id === null ? last.key : null);
  useLayoutEffect(() => {
    const element = log.current;
    if (element === null) return;
    const isNewMark = firstNew !== null && placedAt.current !== firstNew && isAtEnd.current;
    if (isOwnNew) isAtEnd.current = true;
    if (isNewMark) placeAtMark(element, firstNew);
    else restore();
    placedAt.current = firstNew;
    settle();
  }, [log, view.messages, view.loadingOlder, firstNew, isOwnNew, restore, settle]);

  useEffect(() => {
    const element = log.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(restore);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [log, restore]);

  const toLatest = useCallback(() => {
    const element = log.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    element.focus({ preventScroll: true });
  }, [log]);
  return { onScroll: settle, toLatest, isAway };
}

/** Whether the last message is one that the user has written since the last look. */
function useIsOwnNew(key: string | null): boolean {
  const seen = useRef(key);
  const isNew = key !== null && key !== seen.current;
  useEffect(() => {
    seen.current = key;
  });
  return isNew;
}

function distanceToEnd(element: Element): number {
  return element.scrollHeight - element.clientHeight - element.scrollTop;
}

function topOf(log: Element, row: Element): number {
  return row.getBoundingClientRect().top - log.getBoundingClientRect().top + log.scrollTop;
}

function placeAtMark(log: Element, firstNew: number): void {
  const row = log.querySelector(`[data-row="${firstNew}"]`);
  if (row !== null) log.scrollTop = topOf(log, row) - ABOVE_NEW_PX;
}

/** The first row in sight; looks into the one block that holds it. */
function topRow(log: Element): Anchor | null {
  const edge = log.getBoundingClientRect().top;
  const isBelow = (element: Element) => element.getBoundingClientRect().bottom > edge;
  const block = [...log.querySelectorAll(".block")].find(isBelow);
  const row = [...(block?.children ?? [])].find(isBelow);
  // The message, not the row: a day line above it may go when older messages come.
  const target = row?.querySelector(".message");
  return target ? { row: target, top: topOf(log, target) } : null;
}
