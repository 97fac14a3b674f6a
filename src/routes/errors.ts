/** Refusals and faults as responses: the one place where an error becomes a body and a status. */
import type { Context } from "hono";
import { ConfigError } from "../config.ts";
import { errorText, log } from "../lib/log.ts";
import { TimeoutError } from "../lib/timeout.ts";
import { ERRORS, refuse, type ErrorCode, type Refusal, type Result } from "../protocol/codes.ts";
import type { ErrorBody } from "../protocol/shapes.ts";

/** A refusal on its way out of a route. */
export class ChatError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = "ChatError";
    this.refusal = refusal;
  }
}

/** The value of a result. @throws ChatError where it is a refusal */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ChatError(result);
}

/** Ends a route. @throws ChatError */
export function fail(code: ErrorCode, message?: string): never {
  throw new ChatError(refuse(code, message));
}

/** A refusal as a response. */
export function errorResponse({ code, message, retryAfterSeconds }: Refusal): Response {
  const headers = new Headers();
  if (code === "UNAUTHORIZED") headers.set("WWW-Authenticate", "Bearer");
  if (retryAfterSeconds !== undefined) headers.set("Retry-After", String(retryAfterSeconds));
  return Response.json({ code, message } satisfies ErrorBody, { status: ERRORS[code].status, headers });
}

/** Answers whatever a route threw; a fault is logged, and its detail stays here. */
export function onError(error: Error, c: Context): Response {
  if (error instanceof ChatError) return errorResponse(error.refusal);
  const fields = { method: c.req.method, path: c.req.path, error: errorText(error) };
  if (isOutage(error)) {
    log("warn", "unavailable", fields);
    return errorResponse({ ...refuse("UNAVAILABLE"), retryAfterSeconds: 1 });
  }
  log("error", error instanceof ConfigError ? "misconfigured" : "request_failed", fields);
  return errorResponse(refuse("INTERNAL"));
}

/** Whether a store or an object was out of reach, rather than our code wrong: the platform marks or names such errors. */
function isOutage(error: Error): boolean {
  if (error instanceof TimeoutError) return true;
  if (
    ("retryable" in error && error.retryable === true) ||
    ("overloaded" in error && error.overloaded === true)
  ) {
    return true;
  }
  // drizzle wraps D1's error as the cause.
  const text = `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}`;
  return /D1_ERROR|D1 DB|Network connection lost|storage caused object to be reset|internal error/.test(text);
}
