/**
 * What the server sends on its sockets. Core events go to everyone; a client that connected with `?since=` gets the sync
 * events too, and `version` on every event (docs/websocket.md).
 */
import * as v from "valibot";
import { conversationSchema, lastMessageSchema } from "./shapes.ts";
import { idSchema, timeSchema } from "./values.ts";

const versionSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A message as a socket shows it (C6). */
const messageFields = {
  message_id: idSchema,
  conversation_id: idSchema,
  content: v.string(),
  sender_id: idSchema,
  sender_username: v.string(),
  timestamp: timeSchema,
  /** The key it was sent with; only the sender's sockets get it. */
  client_id: v.optional(v.string()),
};
/** The room's version once the event is applied; only for sockets that asked for sync. */
const versionField = { version: v.optional(versionSchema) };

/** C6: a message, stored. */
export const chatMessageEventSchema = v.object({
  type: v.literal("chat_message"),
  ...messageFields,
  ...versionField,
});
/** C7: somebody else is typing, or no longer. */
export const typingEventSchema = v.object({
  type: v.literal("typing"),
  user_id: idSchema,
  username: v.string(),
  is_typing: v.boolean(),
  ...versionField,
});
/** C8: messages turned read. */
export const messagesReadEventSchema = v.object({
  type: v.literal("messages_read"),
  message_ids: v.array(idSchema),
  read_by: idSchema,
  read_at: timeSchema,
  ...versionField,
});
/** C9: another user is there. */
export const userOnlineEventSchema = v.object({
  type: v.literal("user_online"),
  user_id: idSchema,
  username: v.string(),
  ...versionField,
});
/** C10: another user has left. */
export const userOfflineEventSchema = v.object({
  type: v.literal("user_offline"),
  user_id: idSchema,
  username: v.string(),
  ...versionField,
});
/** C11: what the receiver sent was wrong; `client_id` names the send that failed, where it had one. */
export const errorEventSchema = v.object({
  type: v.literal("error"),
  code: v.string(),
  message: v.string(),
  client_id: v.optional(v.string()),
});

/** Sync: how far a user has the conversation: all up to these message ids, own messages aside. */
export const progressSchema = v.object({
  user_id: idSchema,
  delivered_through: countSchema,
  read_through: countSchema,
});
/** Sync: messages in `first_id..last_id` that `read_by` did not send were read at `read_at`. */
export const readRangeSchema = v.object({
  read_by: idSchema,
  first_id: idSchema,
  last_id: idSchema,
  read_at: timeSchema,
});
/** Sync: the rows that changed after the cursor, up to `version`; apply the messages, then the reads. */
export const changesEventSchema = v.object({
  type: v.literal("changes"),
  conversation_id: idSchema,
  messages: v.array(v.object(messageFields)),
  reads: v.array(readRangeSchema),
  version: versionSchema,
  has_more: v.boolean(),
});
/** Sync: the socket is live from `version` on, and nothing is missing before it. */
export const syncedEventSchema = v.object({
  type: v.literal("synced"),
  conversation_id: idSchema,
  version: versionSchema,
  last_message_id: countSchema,
  progress: v.array(progressSchema),
});
/** Sync: the cursor can't be resumed from; refetch over REST, the socket is live from `version` on. */
export const resyncEventSchema = v.object({
  type: v.literal("resync"),
  conversation_id: idSchema,
  version: versionSchema,
  last_message_id: countSchema,
  progress: v.array(progressSchema),
});
/** Sync: a device of `user_id` has every message up to `through`. */
export const messagesDeliveredEventSchema = v.object({
  type: v.literal("messages_delivered"),
  user_id: idSchema,
  through: idSchema,
  ...versionField,
});

/** Events that every chat socket may get. */
export const coreChatEventSchema = v.variant("type", [
  chatMessageEventSchema,
  typingEventSchema,
  messagesReadEventSchema,
  userOnlineEventSchema,
  userOfflineEventSchema,
  errorEventSchema,
]);
/** Events of a chat socket that asked for sync. */
export const chatEventSchema = v.variant("type", [
  coreChatEventSchema,
  changesEventSchema,
  syncedEventSchema,
  resyncEventSchema,
  messagesDeliveredEventSchema,
]);
export type ChatEvent = v.InferOutput<typeof chatEventSchema>;
export type ChatMessageEvent = v.InferOutput<typeof chatMessageEventSchema>;
export type SyncedMessage = v.InferOutput<typeof changesEventSchema>["messages"][number];
export type ReadRange = v.InferOutput<typeof readRangeSchema>;
export type Progress = v.InferOutput<typeof progressSchema>;

/** N2: a message to the user, in any conversation. */
export const newMessageEventSchema = v.object({
  type: v.literal("new_message"),
  conversation_id: idSchema,
  message_id: idSchema,
  sender_id: idSchema,
  sender_username: v.string(),
  content_preview: v.string(),
  timestamp: timeSchema,
});
/** Sync: a conversation's newest state, for a device that is connected. */
export const conversationUpdatedEventSchema = v.object({
  type: v.literal("conversation_updated"),
  conversation_id: idSchema,
  updated_at: timeSchema,
  last_message: v.nullable(lastMessageSchema),
  unread_count: countSchema,
  /** The conversation's version: of two states the higher is the newer. */
  version: versionSchema,
  /** Where to resume from; null while the archive trails. */
  cursor: v.nullable(countSchema),
});
/** Sync: the newest state of each conversation that changed after the cursor. */
export const conversationsChangedEventSchema = v.object({
  type: v.literal("conversations_changed"),
  conversations: v.array(conversationSchema),
  has_more: v.boolean(),
});
/** Sync: the inbox socket is live; resume from `cursor`. */
export const inboxSyncedEventSchema = v.object({ type: v.literal("synced"), cursor: countSchema });
/** Sync: somebody the user talks with has come, on whatever device, or has left with the last one. */
export const presenceEventSchema = v.object({
  type: v.literal("presence"),
  user_id: idSchema,
  is_online: v.boolean(),
});
/** Sync: what changed can't be told now; refetch the list. The socket is live. */
export const inboxResyncEventSchema = v.object({ type: v.literal("resync") });

/** Events of a notification socket. */
export const inboxEventSchema = v.variant("type", [
  newMessageEventSchema,
  errorEventSchema,
  conversationUpdatedEventSchema,
  conversationsChangedEventSchema,
  inboxSyncedEventSchema,
  inboxResyncEventSchema,
  presenceEventSchema,
]);
export type InboxEvent = v.InferOutput<typeof inboxEventSchema>;
