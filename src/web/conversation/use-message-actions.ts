/** What can be done with a message. */
import { useMemo, useRef } from "react";
import type { ConversationStore } from "../../client/index.ts";
import { useAnnounce } from "../ui/announcer.tsx";
import type { MessageActions } from "./message-row.tsx";

/** The same object for as long as the conversation is: rows are not drawn again for it. */
export function useMessageActions(
  store: ConversationStore,
  onEdit: (key: string, content: string) => void,
): MessageActions {
  const announce = useAnnounce();
  const latestEdit = useRef(onEdit);
  latestEdit.current = onEdit;
  return useMemo(
    () => ({
      async copy(content) {
        try {
          await navigator.clipboard.writeText(content);
          announce("Copied");
          return true;
        } catch {
          announce("The browser does not allow copying");
          return false;
        }
      },
      retry: (key) => store.retry(key),
      discard: (key) => store.discard(key),
      edit: (key, content) => latestEdit.current(key, content),
    }),
    [announce, store],
  );
}
