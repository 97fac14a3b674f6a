/** The shapes of the contract's REST answers, read strictly. */
import { count, flag, id, list, literal, nullable, prose, shape, text, time } from "./decode.ts";

const user = shape({
  id,
  username: prose,
  display_name: text,
  first_name: text,
  last_name: text,
  avatar: nullable(text),
  headline: text,
});

export const message = shape({
  id,
  conversation: id,
  sender: shape({ id, username: prose, display_name: text, avatar: nullable(text) }),
  content: text,
  timestamp: time,
  is_read: flag,
  read_at: nullable(time),
  type: literal("sent", "received"),
});

const conversationFields = {
  id,
  participants: list(user),
  other_participant: user,
  created_at: time,
  updated_at: time,
  last_message: nullable(shape({ id, content: text, sender_id: id, timestamp: time, is_read: flag })),
  unread_count: count,
};

export const conversation = shape(conversationFields);
export const conversationDetail = shape({ ...conversationFields, messages: list(message) });
export const page = shape({
  results: list(message),
  count,
  has_more: flag,
  next: nullable(text),
  previous: nullable(text),
});
export const readReceipt = shape({ message_ids: list(id), read_by: id, read_at: nullable(time) });

/** The codes that Core names (F7); extensions may add some, but not for what Core describes. */
export const errorCode = literal(
  "UNAUTHORIZED",
  "FORBIDDEN",
  "NOT_FOUND",
  "INVALID_JSON",
  "VALIDATION_ERROR",
  "METHOD_NOT_ALLOWED",
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMITED",
  "INTERNAL",
);
export const refusal = shape({ code: errorCode, message: prose });

export type Message = ReturnType<typeof message>;
export type Conversation = ReturnType<typeof conversation>;
export type ConversationDetail = ReturnType<typeof conversationDetail>;
export type Page = ReturnType<typeof page>;
export type ReadReceipt = ReturnType<typeof readReceipt>;
export type ErrorCode = ReturnType<typeof errorCode>;
