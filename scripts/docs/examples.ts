/** Two people and a message, used in every example. */
import type { Conversation, LastMessage, User } from "../../src/protocol/shapes.ts";

export const ada: User = {
  id: 7,
  username: "ada",
  display_name: "Ada Lovelace",
  first_name: "Ada",
  last_name: "Lovelace",
  avatar: "https://example.com/avatars/7.png",
  headline: "Analyst",
};

export const bob: User = {
  id: 12,
  username: "bob",
  display_name: "bob",
  first_name: "",
  last_name: "",
  avatar: null,
  headline: "",
};

export const CLIENT_ID = "0f4b2c1e-6d0a-4d5e-9d55-2f6f3a1c8b7e";

export const sentAt = "2026-11-22T10:00:00.000Z";
export const readAt = "2026-11-22T10:00:05.250Z";

export const message = {
  id: 1,
  conversation: 3,
  sender: { id: ada.id, username: ada.username, display_name: ada.display_name, avatar: ada.avatar },
  content: "Are you coming tonight?",
  timestamp: sentAt,
  is_read: true,
  read_at: readAt,
  type: "sent" as const,
  client_id: CLIENT_ID,
};

export const lastMessage: LastMessage = {
  id: message.id,
  content: message.content,
  sender_id: ada.id,
  timestamp: sentAt,
  is_read: true,
};

export const conversation: Conversation = {
  id: 3,
  participants: [ada, bob],
  other_participant: bob,
  created_at: "2026-11-22T09:59:30.120Z",
  updated_at: sentAt,
  last_message: lastMessage,
  unread_count: 0,
};
