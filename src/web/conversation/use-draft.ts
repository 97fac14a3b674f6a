/** The text in the composer: kept as the conversation's draft. */
import { useCallback, useState } from "react";
import type { Drafts } from "../model/drafts.ts";

export function useDraft(drafts: Drafts, id: number): readonly [string, (text: string) => void] {
  const [draft, setDraft] = useState(() => ({ drafts, text: drafts.get(id) }));
  // It has become known whose drafts these are.
  if (draft.drafts !== drafts) setDraft({ drafts, text: draft.text || drafts.get(id) });
  const change = useCallback(
    (text: string) => {
      setDraft({ drafts, text });
      drafts.set(id, text);
    },
    [drafts, id],
  );
  return [draft.text, change];
}
