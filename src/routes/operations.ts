/** What an operator may have to do (docs/operations.md). The routes exist only where `OPERATOR_SECRET` is set. */
import { Hono } from "hono";
import { bearerToken } from "../auth/credentials.ts";
import { configOf } from "../config.ts";
import { refuse } from "../protocol/codes.ts";
import { parseId } from "../protocol/values.ts";
import type { AppContext } from "./context.ts";
import { errorResponse, fail, unwrap } from "./errors.ts";
import { notAllowed } from "./not-allowed.ts";
import { callTwice, roomOf } from "./rooms.ts";

const ARCHIVE = "/conversations/:id{[0-9]+}/archive";

/** The routes under `/api/operations`. */
export const operationRoutes = new Hono<AppContext>()
  .post(ARCHIVE, async (c) => {
    await checkOperator(configOf(c.env).operatorSecret, bearerToken(c.req.raw.headers));
    const conversationId = parseId(c.req.param("id"));
    if (conversationId === null) fail("NOT_FOUND");
    const { version } = unwrap(await callTwice(async () => roomOf(c.env, conversationId).rearchive()));
    return c.json({ conversation_id: conversationId, version });
  })
  .all(ARCHIVE, (c, next) => {
    if (configOf(c.env).operatorSecret === undefined) return errorResponse(refuse("NOT_FOUND"));
    return notAllowed("POST")(c, next);
  });

/** @throws ChatError where the caller is not the operator, or there is none */
async function checkOperator(secret: string | undefined, given: string | null): Promise<void> {
  if (secret === undefined) fail("NOT_FOUND");
  const digest = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const [wanted, got] = await Promise.all([digest(secret), digest(given ?? "")]);
  // In constant time, so that how long it takes tells nothing of the secret.
  if (given === null || !crypto.subtle.timingSafeEqual(wanted, got)) fail("UNAUTHORIZED");
}
