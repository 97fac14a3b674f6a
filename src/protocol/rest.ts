/** Requests and responses of the REST routes (protocol: "Core: REST"). */
import * as v from "valibot";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "./limits.ts";
import { conversationSchema, messageSchema, userSchema } from "./shapes.ts";
import {
  clientIdSchema,
  contentInputSchema,
  idSchema,
  messageIdsSchema,
  timeSchema,
  userIdInputSchema,
} from "./values.ts";

/** A number as it stands in a query string: digits only, from 1 to `max`. */
function queryNumber(max: number) {
  const range =
    max === Number.MAX_SAFE_INTEGER ? "must be a positive integer" : `must be a number from 1 to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,16}$/, range),
    v.transform(Number),
    v.minValue(1, range),
    v.maxValue(max, range),
  );
}

/** R3 `POST conversations/start/`. */
export const startRequestSchema = v.object({ user_id: userIdInputSchema });

/** R6 `POST send/`. */
export const sendRequestSchema = v.object({
  recipient_id: userIdInputSchema,
  content: contentInputSchema,
  client_id: v.optional(clientIdSchema),
});
export type SendRequest = v.InferInput<typeof sendRequestSchema>;

/** R5 `POST conversations/<id>/read/`: without ids, all that the caller has not read. */
export const readRequestSchema = v.object({ message_ids: v.optional(messageIdsSchema) });

/** R4 and R9 `GET conversations/<id>/messages/`: `before` wins over `page`. */
export const historyQuerySchema = v.object({
  page: v.optional(queryNumber(Number.MAX_SAFE_INTEGER), "1"),
  page_size: v.optional(queryNumber(MAX_PAGE_SIZE), String(DEFAULT_PAGE_SIZE)),
  before: v.optional(queryNumber(Number.MAX_SAFE_INTEGER)),
  limit: v.optional(queryNumber(MAX_PAGE_SIZE), String(DEFAULT_PAGE_SIZE)),
});
export type HistoryQuery = v.InferOutput<typeof historyQuerySchema>;

/** R1: the caller's conversations, last active first. */
export const conversationListSchema = v.array(conversationSchema);

/** R2, R3: a conversation and the newest page of its messages, newest first. */
export const conversationDetailSchema = v.object({
  ...conversationSchema.entries,
  messages: v.array(messageSchema),
  /** The conversation's version: the cursor from which a socket can resume. */
  version: v.pipe(v.number(), v.safeInteger()),
});
export type ConversationDetail = v.InferOutput<typeof conversationDetailSchema>;

/** R4, R9: a page of messages, newest first; `count` is the conversation's. */
export const historyPageSchema = v.object({
  results: v.array(messageSchema),
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  has_more: v.boolean(),
  next: v.nullable(v.string()),
  previous: v.nullable(v.string()),
  /** The conversation's version: the cursor from which a socket can resume. */
  version: v.pipe(v.number(), v.safeInteger()),
});
export type HistoryPage = v.InferOutput<typeof historyPageSchema>;

/** R5: the ids that this call turned to read. */
export const readResponseSchema = v.object({
  message_ids: v.array(idSchema),
  read_by: idSchema,
  read_at: timeSchema,
});
export type ReadResponse = v.InferOutput<typeof readResponseSchema>;

/** Extension `GET users/?search=`: users whose name begins so. */
export const userSearchQuerySchema = v.object({
  search: v.pipe(
    v.string(),
    v.check((text) => text.trim() !== "" && !text.includes("\0"), "must not be blank"),
    v.maxLength(100, "must have at most 100 characters"),
  ),
});

/** At most 20 users, without the caller. */
export const userSearchSchema = v.object({ results: v.array(userSchema) });
export type UserSearch = v.InferOutput<typeof userSearchSchema>;
