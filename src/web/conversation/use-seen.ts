/** Marks as read what has been in sight while somebody was looking. */
import { useCallback, useEffect, type RefObject } from "react";
import type { ConversationView } from "../../react/index.ts";
import { hasAttention, useAttention } from "../model/attention.ts";

/** Returns what is to be called when something may have come into sight. */
export function useSeen(log: RefObject<HTMLDivElement | null>, view: ConversationView): () => void {
  const { store, connection } = view;
  const isLive = connection === "live";
  const see = useCallback(() => {
    // Before it is live, what is unread is not known yet.
    if (!isLive || log.current === null || !hasAttention()) return;
    const id = lastInSight(log.current);
    if (id !== null) store.markRead(id);
  }, [isLive, log, store]);
  const isLooking = useAttention();
  useEffect(see, [see, isLooking]);
  return see;
}

/** The newest stored message whose end is in sight. */
function lastInSight(log: Element): number | null {
  const { bottom, height } = log.getBoundingClientRect();
  // Some browsers round where others don't.
  const edge = bottom + 4;
  const block = [...log.querySelectorAll(".block")].findLast(
    (each) => each.getBoundingClientRect().top < edge,
  );
  const isInSight = (row: Element) => {
    const box = row.getBoundingClientRect();
    // One that is taller than the screen is seen once it fills it.
    return box.bottom <= edge || (box.height > height && box.top < bottom - height / 2);
  };
  const rows = [...(block?.querySelectorAll("[data-row]") ?? [])];
  const row = rows.findLast((each) => each.getAttribute("data-row") !== "" && isInSight(each));
  const id = Number(row?.getAttribute("data-row") ?? 0);
  if (id > 0) return id;
  const first = Number(rows[0]?.getAttribute("data-row") ?? 0);
  return first > 1 ? first - 1 : null;
}
