/** The shapes of the REST routes. */
import {
  conversationDetailSchema,
  conversationListSchema,
  historyPageSchema,
  readRequestSchema,
  readResponseSchema,
  sendRequestSchema,
  startRequestSchema,
  userSearchSchema,
} from "../../src/protocol/rest.ts";
import {
  conversationSchema,
  errorSchema,
  lastMessageSchema,
  messageSchema,
  userSchema,
} from "../../src/protocol/shapes.ts";
import { answer, request, type Component } from "./component.ts";
import { ada, bob, conversation, lastMessage, message } from "./examples.ts";

const userFields = {
  id: "The host application's id of the user.",
  username: "The user's name; need not be unique. `user-<id>` where none is known.",
  display_name: "The name to show; the username where there is none.",
  first_name: "Empty where unknown.",
  last_name: "Empty where unknown.",
  avatar: "URL of a picture.",
  headline: "A line about the user; empty where unknown.",
};

const conversationFields = {
  id: "The conversation's id, as the sockets take it.",
  participants: "Everyone who is in the conversation, the caller included.",
  other_participant: "The participant who is not the caller.",
  created_at: "When the conversation was started.",
  updated_at: "When the newest message was sent; before the first, `created_at`.",
  last_message: "The newest message; null before the first.",
  unread_count: "How many messages others sent that the caller has not read.",
};

const versionField =
  "The conversation's version: the cursor from which a socket can resume (`?since=` of the chat socket).";

const { id, username, display_name, avatar } = userFields;

export const restComponents: Readonly<Record<string, Component>> = {
  User: answer(userSchema, "A user, as everyone who shares a conversation sees it.", userFields, ada),
  MessageSender: answer(
    messageSchema.entries.sender,
    "The sender of a message.",
    { id, username, display_name, avatar },
    message.sender,
  ),
  Message: answer(
    messageSchema,
    "A message, as the caller sees it.",
    {
      id: "1, 2, 3, … in each conversation: the order of its history.",
      conversation: "The id of the conversation.",
      sender: "Who sent it.",
      content: "The text, exactly as it was sent.",
      timestamp: "When it was stored.",
      is_read: "Whether the one it was sent to has read it.",
      read_at: "When it was read.",
      type: "`sent` where the caller is the sender, else `received`.",
      client_id: "The idempotency key it was sent with; only its sender sees it.",
    },
    message,
  ),
  LastMessage: answer(
    lastMessageSchema,
    "The newest message of a conversation, in short.",
    {
      id: "The message's id in its conversation.",
      content: "The text.",
      sender_id: "The id of its sender.",
      timestamp: "When it was stored.",
      is_read: "Whether the one it was sent to has read it.",
    },
    lastMessage,
  ),
  Conversation: answer(
    conversationSchema,
    "A conversation, as the caller sees it.",
    conversationFields,
    conversation,
  ),
  ConversationList: {
    schema: conversationListSchema,
    mode: "output",
    description: "The caller's conversations, last active first.",
    fields: {},
    example: [conversation],
  },
  ConversationDetail: answer(
    conversationDetailSchema,
    "A conversation with the newest page of its messages.",
    {
      ...conversationFields,
      messages: "The newest messages, at most 50, newest first.",
      version: versionField,
    },
    { ...conversation, messages: [message], version: 2 },
  ),
  HistoryPage: answer(
    historyPageSchema,
    "A page of messages, newest first.",
    {
      results: "The messages of the page; empty past the end.",
      count: "How many messages the conversation has.",
      has_more: "Whether there are older ones.",
      next: "URL of the next older page.",
      previous: "URL of the next newer page; null with `before`.",
      version: versionField,
    },
    { results: [message], count: 1, has_more: false, next: null, previous: null, version: 2 },
  ),
  UserSearch: answer(
    userSearchSchema,
    "Users found by a search.",
    { results: "At most 20 users, by name." },
    { results: [bob] },
  ),
  StartRequest: request(
    startRequestSchema,
    "Whom to talk to.",
    { user_id: "The other user's id: an integer, or the same as a numeric string." },
    { user_id: bob.id },
  ),
  SendRequest: request(
    sendRequestSchema,
    "A message and whom it is for.",
    {
      recipient_id: "The other user's id: an integer, or the same as a numeric string.",
      content:
        "The text, neither blank nor over the limit: 4,096 characters unless the server is set up otherwise. It is kept exactly as it is sent.",
      client_id:
        "An idempotency key of the client's making, such as a UUID: the same message sent again with it is stored once.",
    },
    { recipient_id: bob.id, content: "Are you coming tonight?", client_id: message.client_id },
  ),
  ReadRequest: request(
    readRequestSchema,
    "What the caller has read. An empty body, like one without `message_ids`, stands for everything.",
    {
      message_ids:
        "Ids of messages; `[]` is none of them. Those that are unknown, the caller's own or read before are passed over.",
    },
    { message_ids: [1] },
  ),
  ReadResponse: answer(
    readResponseSchema,
    "What the call turned to read.",
    {
      message_ids: "The ids that turned to read by this call.",
      read_by: "The caller's id.",
      read_at: "When.",
    },
    { message_ids: [1], read_by: bob.id, read_at: "2026-11-22T10:00:05.250Z" },
  ),
  Error: answer(
    errorSchema,
    "Every error has this body.",
    {
      code: "Stable, for programs. New codes may be added.",
      message: "For people, to be shown as it is.",
    },
    { code: "NOT_FOUND", message: "Not found." },
  ),
};
