/** Records as the wire has them, for the one who asks. */
import type { ReadMessage } from "../directory/records.ts";
import { toUser } from "../directory/users.ts";
import type { Message, User } from "../protocol/shapes.ts";
import { toTime } from "../protocol/values.ts";

/** A message as `callerId` sees it (F1). */
export function toMessage(
  message: ReadMessage,
  conversationId: number,
  callerId: number,
  roster: readonly User[],
): Message {
  const { id, username, display_name, avatar } =
    roster.find((user) => user.id === message.senderId) ?? toUser(message.senderId, null);
  const isOwn = message.senderId === callerId;
  return {
    id: message.id,
    conversation: conversationId,
    sender: { id, username, display_name, avatar },
    content: message.content,
    timestamp: toTime(message.sentAt),
    is_read: message.readAt !== null,
    read_at: message.readAt === null ? null : toTime(message.readAt),
    type: isOwn ? "sent" : "received",
    ...(isOwn && message.clientId !== null ? { client_id: message.clientId } : {}),
  };
}
