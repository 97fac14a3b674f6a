/** The REST routes (protocol: "Core: REST"). */
import { Hono } from "hono";
import * as v from "valibot";
import { configOf } from "../config.ts";
import { parseValue } from "../protocol/frames.ts";
import {
  historyQuerySchema,
  readRequestSchema,
  sendRequestSchema,
  startRequestSchema,
  type ReadResponse,
} from "../protocol/rest.ts";
import { clientIdSchema, refuseContent, toTime } from "../protocol/values.ts";
import { authenticate } from "./authenticate.ts";
import { limitBody, readBody } from "./body.ts";
import type { AppContext } from "./context.ts";
import { ChatError, unwrap } from "./errors.ts";
import { readConversation, readPage } from "./history.ts";
import { notAllowed } from "./not-allowed.ts";
import { toMessage } from "./present.ts";
import { callTwice, enter, inboxOf, pairWith, roomOf } from "./rooms.ts";

/** A conversation id as it may stand in a path; other paths are unknown (E3). */
const CONVERSATION = "/conversations/:id{[0-9]+}";

const idempotencyKeySchema = v.optional(clientIdSchema);

/** The routes under `/api/chat` and `/chat`. */
export const chatRoutes = new Hono<AppContext>()
  .get("/conversations", authenticate, async (c) => {
    const { userId } = c.get("principal");
    return c.json(unwrap(await callTwice(async () => inboxOf(c.env, userId).conversations())));
  })
  .all("/conversations", notAllowed("GET"))

  .post("/conversations/start", authenticate, limitBody, async (c) => {
    const { userId } = c.get("principal");
    const { user_id: otherId } = await readBody(c, startRequestSchema);
    const { conversationId, roster, created } = await pairWith(c.env, userId, otherId);
    return c.json(await readConversation(c.env, conversationId, { userId, roster }), created ? 201 : 200);
  })
  .all("/conversations/start", notAllowed("POST"))

  .get(CONVERSATION, authenticate, async (c) => {
    const { conversationId, caller } = await enter(c.env, c.req.param("id"), c.get("principal").userId);
    return c.json(await readConversation(c.env, conversationId, caller));
  })
  .all(CONVERSATION, notAllowed("GET"))

  .get(`${CONVERSATION}/messages`, authenticate, async (c) => {
    const query = unwrap(parseValue(historyQuerySchema, c.req.query()));
    const { conversationId, caller } = await enter(c.env, c.req.param("id"), c.get("principal").userId);
    return c.json(await readPage(c.env, conversationId, caller, query, c.req.url));
  })
  .all(`${CONVERSATION}/messages`, notAllowed("GET"))

  .post(`${CONVERSATION}/read`, authenticate, limitBody, async (c) => {
    // The shipped client marks everything as read with no body at all.
    const { message_ids: messageIds } = await readBody(c, readRequestSchema, "{}");
    const { conversationId, caller } = await enter(c.env, c.req.param("id"), c.get("principal").userId);
    const marked = unwrap(
      await callTwice(async () => roomOf(c.env, conversationId).markRead(caller, messageIds ?? null)),
    );
    return c.json({
      message_ids: [...marked.messageIds],
      read_by: caller.userId,
      read_at: toTime(marked.readAt),
    } satisfies ReadResponse);
  })
  .all(`${CONVERSATION}/read`, notAllowed("POST"))

  .post("/send", authenticate, limitBody, async (c) => {
    const { userId } = c.get("principal");
    const body = await readBody(c, sendRequestSchema);
    const key = unwrap(parseValue(idempotencyKeySchema, c.req.header("Idempotency-Key")));
    const clientId = body.client_id ?? key ?? null;
    const refusal = refuseContent(body.content, configOf(c.env).maxMessageLength);
    if (refusal !== null) throw new ChatError(refusal);
    const { conversationId, roster } = await pairWith(c.env, userId, body.recipient_id);
    const post = async () => roomOf(c.env, conversationId).post({ userId, roster }, body.content, clientId);
    // Without a key a lost call may have been carried out, and a second one would double the message.
    const message = unwrap(await (clientId === null ? post() : callTwice(post)));
    return c.json(toMessage(message, conversationId, userId, roster), 201);
  })
  .all("/send", notAllowed("POST"));
