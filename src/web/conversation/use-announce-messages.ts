/** Reads arriving messages out to screen readers; the log itself stays silent, or paging back would be read out too. */
import { useEffect, useRef } from "react";
import type { ChatMessage, User } from "../../client/index.ts";
import { nameOf } from "../model/names.ts";
import { useAnnounce } from "../ui/announcer.tsx";

export function useAnnounceMessages(messages: readonly ChatMessage[], other: User | null): void {
  const announce = useAnnounce();
  const known = useRef<number | null>(null);
  const last = messages.findLast((message) => message.id !== null);
  useEffect(() => {
    if (last === undefined || last.id === null) return;
    const isNew = known.current !== null && last.id > known.current;
    known.current = last.id;
    if (isNew && !last.mine)
      announce(`${other === null ? "New message" : nameOf(other)}: ${last.content.slice(0, 300)}`);
  }, [announce, last, other]);
}
