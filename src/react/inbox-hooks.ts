/** Hooks of the conversation list. All of them share its one connection. */
import { useEffect, useSyncExternalStore } from "react";
import type { InboxSnapshot, InboxStore, NewMessage } from "../client/index.ts";
import { useChatClient } from "./context.ts";

/**
 * The conversation list; draws again upon each change.
 *
 * @example
 * ```tsx
 * const { conversations } = useConversations();
 * return conversations.map(({ id, other_participant }) => <a key={id}>{other_participant.display_name}</a>);
 * ```
 */
export function useConversations(): InboxSnapshot {
  const inbox = useInbox();
  return useSyncExternalStore(inbox.subscribe, inbox.getSnapshot, inbox.getSnapshot);
}

/** Unread messages of all conversations; draws again only when their number changes. */
export function useUnreadTotal(): number {
  const inbox = useInbox();
  const getTotal = () => inbox.getSnapshot().unreadTotal;
  return useSyncExternalStore(inbox.subscribe, getTotal, getTotal);
}

/** Calls `listener` for each message that others send to the user, in whatever conversation. */
export function useNewMessages(listener: (message: NewMessage) => void): void {
  const inbox = useInbox();
  useEffect(() => inbox.onNewMessage(listener), [inbox, listener]);
}

function useInbox(): InboxStore {
  const { inbox } = useChatClient();
  useEffect(() => inbox.open(), [inbox]);
  return inbox;
}
