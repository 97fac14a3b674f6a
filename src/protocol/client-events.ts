/** What a client may send on a chat socket (protocol: "Core: ws/chat", C3 to C5). */
import * as v from "valibot";
import { clientIdSchema, contentInputSchema, messageIdsSchema } from "./values.ts";

/** C3: stored, then sent to everyone. With a `client_id` a repeat is answered alike and stored once. */
export const sendEventSchema = v.object({
  type: v.literal("chat_message"),
  content: contentInputSchema,
  client_id: v.optional(clientIdSchema),
});

/** C4: the sender is typing. */
export const typingRequestSchema = v.object({ type: v.literal("typing") });

/** C4: the sender stopped typing. */
export const stopTypingRequestSchema = v.object({ type: v.literal("stop_typing") });

/** C5: marks what others sent as read; without ids, all. */
export const markReadRequestSchema = v.object({
  type: v.literal("mark_read"),
  message_ids: v.optional(messageIdsSchema),
});

/** Any frame that a client may send. */
export const clientEventSchema = v.variant(
  "type",
  [sendEventSchema, typingRequestSchema, stopTypingRequestSchema, markReadRequestSchema],
  "must be an object with a known type",
);
export type ClientEvent = v.InferOutput<typeof clientEventSchema>;
