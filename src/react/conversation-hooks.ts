/** Hooks of one conversation. Several may name the same one: they share its store and its connection. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { ConversationSnapshot, ConversationStore, User } from "../client/index.ts";
import { useChatClient } from "./context.ts";

/** A conversation, and its store for what can be done with it. */
export interface ConversationView extends ConversationSnapshot {
  readonly store: ConversationStore;
}

/** Who of the others is there. */
export interface PresenceView {
  /** Ids of those who are there. */
  readonly online: readonly number[];
  /** Whether the one that the user talks to is there. */
  readonly isOtherOnline: boolean;
}

/** Who of the others is typing, and how to tell them the same. */
export interface TypingView {
  readonly typing: readonly User[];
  /** To be called for each change of the input field. */
  readonly onInput: () => void;
  /** To be called when the field is left or emptied. */
  readonly onStop: () => void;
}

/**
 * Opens a conversation for as long as the component is there, and draws it again upon each change.
 *
 * @example
 * ```tsx
 * const { messages, connection, store } = useConversation(5);
 * return messages.map((message) => <p key={message.key}>{message.content}</p>);
 * ```
 */
export function useConversation(id: number): ConversationView {
  const store = useConversationStore(id);
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
  return useMemo(() => ({ ...snapshot, store }), [snapshot, store]);
}

/** Opens a conversation for its presence; draws again only when that changes. */
export function usePresence(id: number): PresenceView {
  const store = useConversationStore(id);
  const getOnline = () => store.getSnapshot().online;
  const getOther = () => store.getSnapshot().other;
  const online = useSyncExternalStore(store.subscribe, getOnline, getOnline);
  const other = useSyncExternalStore(store.subscribe, getOther, getOther);
  return useMemo(
    () => ({ online, isOtherOnline: other !== null && online.includes(other.id) }),
    [online, other],
  );
}

/** Opens a conversation for its typing; draws again only when that changes. */
export function useTyping(id: number): TypingView {
  const store = useConversationStore(id);
  const getTyping = () => store.getSnapshot().typing;
  const getParticipants = () => store.getSnapshot().participants;
  const ids = useSyncExternalStore(store.subscribe, getTyping, getTyping);
  const participants = useSyncExternalStore(store.subscribe, getParticipants, getParticipants);
  return useMemo(
    () => ({
      typing: participants.filter((user) => ids.includes(user.id)),
      onInput: () => store.typing(),
      onStop: () => store.stopTyping(),
    }),
    [ids, participants, store],
  );
}

function useConversationStore(id: number): ConversationStore {
  const client = useChatClient();
  const store = useMemo(() => client.conversation(id), [client, id]);
  useEffect(() => store.open(), [store]);
  return store;
}
