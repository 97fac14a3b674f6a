/** The events that the contract's Core lets the server send, by type. */
import { flag, id, list, literal, prose, shape, text, time, type Decoder } from "./decode.ts";
import { errorCode } from "./shapes.ts";

const chatMessage = shape({
  type: literal("chat_message"),
  message_id: id,
  conversation_id: id,
  content: text,
  sender_id: id,
  sender_username: prose,
  timestamp: time,
});
const typing = shape({ type: literal("typing"), user_id: id, username: prose, is_typing: flag });
const messagesRead = shape({
  type: literal("messages_read"),
  message_ids: list(id),
  read_by: id,
  read_at: time,
});
const userOnline = shape({ type: literal("user_online"), user_id: id, username: prose });
const userOffline = shape({ type: literal("user_offline"), user_id: id, username: prose });
const error = shape({ type: literal("error"), code: errorCode, message: prose });
const newMessage = shape({
  type: literal("new_message"),
  conversation_id: id,
  message_id: id,
  sender_id: id,
  sender_username: prose,
  content_preview: text,
  timestamp: time,
});

/** Every event type with its fields. */
export interface Events {
  chat_message: ReturnType<typeof chatMessage>;
  typing: ReturnType<typeof typing>;
  messages_read: ReturnType<typeof messagesRead>;
  user_online: ReturnType<typeof userOnline>;
  user_offline: ReturnType<typeof userOffline>;
  error: ReturnType<typeof error>;
  new_message: ReturnType<typeof newMessage>;
}

export const decoders: { readonly [T in keyof Events]: Decoder<Events[T]> } = {
  chat_message: chatMessage,
  typing,
  messages_read: messagesRead,
  user_online: userOnline,
  user_offline: userOffline,
  error,
  new_message: newMessage,
};

export type EventType = keyof Events;
