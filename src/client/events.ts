/** Reading the server's frames: only the type is looked at, and a type from a later server is passed over. */
import type { ChatEvent, InboxEvent } from "../protocol/server-events.ts";

const chatEventTypes: Readonly<Record<ChatEvent["type"], true>> = {
  chat_message: true,
  typing: true,
  messages_read: true,
  user_online: true,
  user_offline: true,
  error: true,
  changes: true,
  synced: true,
  resync: true,
  messages_delivered: true,
};

const inboxEventTypes: Readonly<Record<InboxEvent["type"], true>> = {
  new_message: true,
  error: true,
  conversation_updated: true,
  conversations_changed: true,
  presence: true,
  synced: true,
  resync: true,
};

/** Reads a chat socket's frame; null for what this version of the SDK does not know. */
export function parseChatEvent(text: string): ChatEvent | null {
  const value = parse(text);
  return isEvent<ChatEvent>(value, chatEventTypes) ? value : null;
}

/** Reads a notification socket's frame; null for what this version of the SDK does not know. */
export function parseInboxEvent(text: string): InboxEvent | null {
  const value = parse(text);
  return isEvent<InboxEvent>(value, inboxEventTypes) ? value : null;
}

function isEvent<Event extends { readonly type: string }>(
  value: unknown,
  types: Readonly<Record<string, true>>,
): value is Event {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return typeof value.type === "string" && Object.hasOwn(types, value.type);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
