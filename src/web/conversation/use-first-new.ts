/** Where "new messages" stands: before what was unread when the conversation was opened, or came while nobody looked. */
import { useCallback, useEffect, useMemo, useState } from "react";
import type { ConversationView } from "../../react/index.ts";
import { useAttention } from "../model/attention.ts";
import { findFirstNew } from "../model/rows.ts";

interface Mark {
  /** The newest message when the mark was set. */
  readonly upTo: number;
  /** How many before it were unread; the mark goes before the oldest of them. */
  readonly unread: number;
}

/** The id before which it stands, and how to take it away. */
export function useFirstNew(view: ConversationView): readonly [number | null, () => void] {
  const { messages, loaded, connection, unreadCount } = view;
  const [mark, setMark] = useState<Mark | null>(null);
  // What a former visit has left in memory is out of date until the connection is live.
  const [wasLoaded] = useState(loaded);
  const [isOpened, setOpened] = useState(false);
  const [seenThrough, setSeenThrough] = useState<number | null>(null);
  const isLooking = useAttention();
  const lastId = messages.findLast((message) => message.id !== null)?.id ?? 0;

  const isReady = loaded && (!wasLoaded || connection === "live");
  if (isReady && !isOpened) {
    setOpened(true);
    setSeenThrough(lastId);
    if (unreadCount > 0) setMark({ upTo: lastId, unread: unreadCount });
  }

  useEffect(() => {
    if (!isOpened || seenThrough === null) return;
    if (isLooking) setSeenThrough(lastId);
  }, [isOpened, isLooking, lastId, seenThrough]);

  const missed = messages.filter(
    (message) => !message.mine && (message.id ?? 0) > (seenThrough ?? lastId),
  ).length;
  useEffect(() => {
    if (!isLooking && missed > 0) setMark({ upTo: lastId, unread: missed });
  }, [isLooking, lastId, missed]);

  const firstNew = useMemo(
    () => (mark === null ? null : findFirstNew(messages, mark.upTo, mark.unread)),
    [mark, messages],
  );
  return [firstNew, useCallback(() => setMark(null), [])];
}
