/** The frames and events of the sockets. */
import {
  markReadRequestSchema,
  sendEventSchema,
  stopTypingRequestSchema,
  typingRequestSchema,
} from "../../src/protocol/client-events.ts";
import {
  changesEventSchema,
  chatMessageEventSchema,
  conversationUpdatedEventSchema,
  conversationsChangedEventSchema,
  errorEventSchema,
  inboxResyncEventSchema,
  inboxSyncedEventSchema,
  messagesDeliveredEventSchema,
  messagesReadEventSchema,
  newMessageEventSchema,
  presenceEventSchema,
  progressSchema,
  readRangeSchema,
  resyncEventSchema,
  syncedEventSchema,
  typingEventSchema,
  userOfflineEventSchema,
  userOnlineEventSchema,
} from "../../src/protocol/server-events.ts";
import { answer, event, frame, type Component } from "./component.ts";
import { ada, bob, CLIENT_ID, conversation, lastMessage, readAt, sentAt } from "./examples.ts";

/** Version of the examples: one message and one read of it. */
const VERSION = 2;
const CURSOR = Date.parse(readAt);

const version = "With sync only: the conversation's version.";
const clientId = "The key it was sent with; only its sender's sockets get it.";

const messageFields = {
  message_id: "1, 2, 3, … in each conversation.",
  conversation_id: "The conversation.",
  content: "The text, exactly as it was sent.",
  sender_id: "Who sent it.",
  sender_username: "Their username.",
  timestamp: "When it was stored.",
  client_id: clientId,
};

const messageExample = {
  message_id: 1,
  conversation_id: conversation.id,
  content: lastMessage.content,
  sender_id: ada.id,
  sender_username: ada.username,
  timestamp: sentAt,
};

const positionFields = {
  conversation_id: "The conversation.",
  version: "The version from which on the socket is live: the new cursor.",
  last_message_id: "The id of the newest message; 0 before the first.",
  progress: "How far each participant is.",
};

const progressExample = [
  { user_id: ada.id, delivered_through: 0, read_through: 0 },
  { user_id: bob.id, delivered_through: 1, read_through: 1 },
];

const readRangeExample = { read_by: bob.id, first_id: 1, last_id: 1, read_at: readAt };

/** What a client may send on a chat socket. */
const clientFrames: Readonly<Record<string, Component>> = {
  SendFrame: frame(
    sendEventSchema,
    "Stored, then sent to every socket of the conversation, the sender's own included.",
    {
      content: "The text, neither blank nor too long.",
      client_id: "An idempotency key, 1 to 64 visible ASCII characters.",
    },
    { type: "chat_message", content: lastMessage.content, client_id: CLIENT_ID },
  ),
  TypingFrame: frame(typingRequestSchema, "The user is typing.", {}, { type: "typing" }),
  StopTypingFrame: frame(stopTypingRequestSchema, "The user stopped typing.", {}, { type: "stop_typing" }),
  MarkReadFrame: frame(
    markReadRequestSchema,
    "Marks messages of others as read.",
    { message_ids: "Which; without it, all. Ids that don't count are passed over." },
    { type: "mark_read", message_ids: [1] },
  ),
};

/** What a chat socket may get. */
const chatEvents: Readonly<Record<string, Component>> = {
  ChatMessageEvent: event(
    chatMessageEventSchema,
    "A message, stored.",
    { ...messageFields, version },
    { type: "chat_message", ...messageExample },
  ),
  TypingEvent: event(
    typingEventSchema,
    "Somebody else is typing, or no longer.",
    { user_id: "Who.", username: "Their username.", is_typing: "Whether they type.", version },
    { type: "typing", user_id: ada.id, username: ada.username, is_typing: true },
  ),
  MessagesReadEvent: event(
    messagesReadEventSchema,
    "Messages turned read.",
    {
      message_ids: "Those that turned read just now, in ascending order.",
      read_by: "Who read them.",
      read_at: "When.",
      version,
    },
    { type: "messages_read", message_ids: [1], read_by: bob.id, read_at: readAt },
  ),
  UserOnlineEvent: event(
    userOnlineEventSchema,
    "Another user is there.",
    { user_id: "Who.", username: "Their username.", version },
    { type: "user_online", user_id: bob.id, username: bob.username },
  ),
  UserOfflineEvent: event(
    userOfflineEventSchema,
    "Another user has left.",
    { user_id: "Who.", username: "Their username.", version },
    { type: "user_offline", user_id: bob.id, username: bob.username },
  ),
  ErrorEvent: event(
    errorEventSchema,
    "What the receiver sent was wrong.",
    {
      code: "Stable, for programs.",
      message: "For people.",
      client_id: "The key of the send that failed, where it had a good one.",
    },
    { type: "error", code: "VALIDATION_ERROR", message: "content: must not be blank.", client_id: CLIENT_ID },
  ),
};

/** What a chat socket with sync gets beside these. */
const syncEvents: Readonly<Record<string, Component>> = {
  ChangesEvent: event(
    changesEventSchema,
    "What changed after the cursor.",
    {
      conversation_id: "The conversation.",
      messages: "New messages in order, each as in `chat_message` without `type` and `version`.",
      reads: "What was read meanwhile.",
      version: "The version that the client has once it has applied this frame: its new cursor.",
      has_more: "Whether another `changes` follows.",
    },
    {
      type: "changes",
      conversation_id: conversation.id,
      messages: [messageExample],
      reads: [readRangeExample],
      version: VERSION,
      has_more: false,
    },
  ),
  ReadRange: answer(
    readRangeSchema,
    "Messages that were read at one time.",
    {
      read_by: "Who read.",
      first_id: "The first message,",
      last_id: "and the last: all between them that `read_by` did not send.",
      read_at: "When.",
    },
    readRangeExample,
  ),
  SyncedEvent: event(
    syncedEventSchema,
    "The socket is live, and nothing is missing before it.",
    positionFields,
    {
      type: "synced",
      conversation_id: conversation.id,
      version: VERSION,
      last_message_id: 1,
      progress: progressExample,
    },
  ),
  Progress: answer(
    progressSchema,
    "How far one participant is.",
    {
      user_id: "The participant.",
      delivered_through: "A device of theirs has every message up to this id; 0 is none.",
      read_through: "They have read every message up to this id that others sent; 0 is none.",
    },
    { user_id: bob.id, delivered_through: 1, read_through: 1 },
  ),
  ResyncEvent: event(
    resyncEventSchema,
    "The cursor can't be resumed from; the socket is live all the same.",
    positionFields,
    {
      type: "resync",
      conversation_id: conversation.id,
      version: VERSION,
      last_message_id: 1,
      progress: progressExample,
    },
  ),
  MessagesDeliveredEvent: event(
    messagesDeliveredEventSchema,
    "A device of another user has every message up to an id.",
    { user_id: "Whose device.", through: "The id of the newest message that it has.", version },
    { type: "messages_delivered", user_id: bob.id, through: 1, version: VERSION },
  ),
};

/** What a notification socket may get; all but the first only with sync. */
const inboxEvents: Readonly<Record<string, Component>> = {
  NewMessageEvent: event(
    newMessageEventSchema,
    "A message to the user, in any conversation.",
    {
      conversation_id: "The conversation.",
      message_id: "The message's id in it.",
      sender_id: "Who sent it.",
      sender_username: "Their username.",
      content_preview: "The first 100 characters of the text.",
      timestamp: "When it was stored.",
    },
    {
      type: "new_message",
      conversation_id: conversation.id,
      message_id: 1,
      sender_id: ada.id,
      sender_username: ada.username,
      content_preview: lastMessage.content,
      timestamp: sentAt,
    },
  ),
  ConversationUpdatedEvent: event(
    conversationUpdatedEventSchema,
    "A conversation's newest state.",
    {
      conversation_id: "The conversation.",
      updated_at: "When its newest message was sent.",
      last_message: "Its newest message.",
      unread_count: "How many messages the user has not read.",
      version: "The conversation's version: of two states the one with the higher is the newer.",
      cursor: "Where to resume this socket from; null for now where the archive trails.",
    },
    {
      type: "conversation_updated",
      conversation_id: conversation.id,
      updated_at: sentAt,
      last_message: lastMessage,
      unread_count: 0,
      version: VERSION,
      cursor: CURSOR,
    },
  ),
  ConversationsChangedEvent: event(
    conversationsChangedEventSchema,
    "The newest state of conversations that changed after the cursor.",
    {
      conversations: "As `GET conversations/` shows them.",
      has_more: "Whether another `conversations_changed` follows.",
    },
    { type: "conversations_changed", conversations: [conversation], has_more: false },
  ),
  InboxSyncedEvent: event(
    inboxSyncedEventSchema,
    "The socket is live.",
    { cursor: "Where to resume from." },
    { type: "synced", cursor: CURSOR },
  ),
  PresenceEvent: event(
    presenceEventSchema,
    "Somebody the user talks with has come, on whatever device, or has left with the last one.",
    { user_id: "Who.", is_online: "Whether they are there." },
    { type: "presence", user_id: bob.id, is_online: true },
  ),
  InboxResyncEvent: event(
    inboxResyncEventSchema,
    "What changed can't be told now; the socket is live all the same.",
    {},
    { type: "resync" },
  ),
};

export const socketComponents: Readonly<Record<string, Component>> = {
  ...clientFrames,
  ...chatEvents,
  ...syncEvents,
  ...inboxEvents,
};
