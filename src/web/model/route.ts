/** Which conversation is open, as the address says: `#/c/12`. */
import { useSyncExternalStore } from "react";

/** The address of a conversation. */
export function conversationHref(id: number): string {
  return `#/c/${id}`;
}

/** Opens a conversation, or closes the one that is open. */
export function openConversation(id: number | null): void {
  location.hash = id === null ? "#/" : conversationHref(id);
}

/** The open conversation's id; null where there is none. */
export function useOpenConversation(): number | null {
  return useSyncExternalStore(subscribe, read, read);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

function read(): number | null {
  const id = /^#\/c\/(\d{1,15})$/.exec(location.hash)?.[1];
  return id === undefined || Number(id) === 0 ? null : Number(id);
}
