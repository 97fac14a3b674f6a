/** The shapes of the REST answers (protocol: "Core: shapes"). Field names as on the wire. */
import * as v from "valibot";
import { idSchema, timeSchema } from "./values.ts";

/** A user, as everyone who shares a conversation sees it. */
export const userSchema = v.object({
  id: idSchema,
  username: v.string(),
  display_name: v.string(),
  first_name: v.string(),
  last_name: v.string(),
  avatar: v.nullable(v.string()),
  headline: v.string(),
});
export type User = v.InferOutput<typeof userSchema>;

/** What a token says of its user's profile; an absent field is left as it is (A4). */
export interface ProfileClaims {
  readonly username?: string;
  readonly displayName?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly avatar?: string | null;
  readonly headline?: string;
}

/** A message as the caller sees it: `type` is `sent` for the caller's own (F1). */
export const messageSchema = v.object({
  id: idSchema,
  conversation: idSchema,
  sender: v.pick(userSchema, ["id", "username", "display_name", "avatar"]),
  content: v.string(),
  timestamp: timeSchema,
  is_read: v.boolean(),
  read_at: v.nullable(timeSchema),
  type: v.picklist(["sent", "received"]),
  /** The idempotency key it was sent with; only the sender sees it. */
  client_id: v.optional(v.string()),
});
export type Message = v.InferOutput<typeof messageSchema>;

/** The newest message of a conversation, in short. */
export const lastMessageSchema = v.object({
  id: idSchema,
  content: v.string(),
  sender_id: idSchema,
  timestamp: timeSchema,
  is_read: v.boolean(),
});
export type LastMessage = v.InferOutput<typeof lastMessageSchema>;

/** A conversation as the caller sees it (F1, F3). */
export const conversationSchema = v.object({
  id: idSchema,
  participants: v.array(userSchema),
  other_participant: userSchema,
  created_at: timeSchema,
  updated_at: timeSchema,
  last_message: v.nullable(lastMessageSchema),
  unread_count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
export type Conversation = v.InferOutput<typeof conversationSchema>;

/** Every error: a stable `code` for programs, a `message` for people. */
export const errorSchema = v.object({ code: v.string(), message: v.string() });
export type ErrorBody = v.InferOutput<typeof errorSchema>;
