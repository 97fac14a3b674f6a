/** The two panes: the list, and what is open. On a phone one of them at a time. */
import { useEffect, useMemo, useRef, useState, type JSX } from "react";
import { useChatClient, useConversations } from "../../react/index.ts";
import { ConversationPane } from "../conversation/conversation-pane.tsx";
import { Drafts } from "../model/drafts.ts";
import { useOpenConversation } from "../model/route.ts";
import type { Session } from "../session/session.ts";
import { Sidebar } from "../sidebar/sidebar.tsx";
import { BlankState } from "../ui/blank-state.tsx";
import { Notifier } from "./notifier.tsx";
import { SessionEnded } from "./session-ended.tsx";
import { useTitle } from "./use-title.ts";

export interface MessengerProps {
  readonly kind: Session["kind"];
  readonly onLeave: () => void;
}

export function Messenger({ kind, onLeave }: MessengerProps): JSX.Element {
  const client = useChatClient();
  const inbox = useConversations();
  const openId = useOpenConversation();
  const userId = client.userId;
  const drafts = useMemo(() => new Drafts(userId), [userId]);
  // Either of the two connections may be the first to be told.
  const [isPaneOver, setPaneOver] = useState(false);
  const isOver = isPaneOver || inbox.connection === "unauthorized";
  useTitle(inbox.unreadTotal);
  useFocusOnReturn(openId);
  const open = inbox.conversations.find(({ id }) => id === openId);
  return (
    <div className="app" data-pane={openId === null ? "list" : "conversation"}>
      <Sidebar inbox={inbox} openId={openId} drafts={drafts} onLeave={kind === "host" ? null : onLeave} />
      <main className="main" aria-label="Conversation">
        {openId === null ? (
          <BlankState title="No conversation open" text="Choose one from the list, or search for someone." />
        ) : (
          <ConversationPane
            key={openId}
            id={openId}
            other={open?.other_participant ?? null}
            onlineIds={inbox.online}
            drafts={drafts}
            onSessionOver={setPaneOver}
          />
        )}
      </main>
      <Notifier openId={openId} conversations={inbox.conversations} />
      {isOver && <SessionEnded kind={kind} onLeave={onLeave} />}
    </div>
  );
}

/** Back in the list, the focus is on the conversation that was left. */
function useFocusOnReturn(openId: number | null): void {
  const last = useRef(openId);
  useEffect(() => {
    const left = last.current;
    last.current = openId;
    if (openId !== null || left === null) return;
    document.querySelector<HTMLElement>(`[data-conversation="${left}"]`)?.focus();
  }, [openId]);
}
