/** The door: verifies the token before anything else is touched. */
import type { MiddlewareHandler } from "hono";
import { bearerToken } from "../auth/credentials.ts";
import { makeKnown } from "./known-users.ts";
import type { Principal } from "../auth/principal.ts";
import { verifyFor } from "../auth/verify.ts";
import { configOf } from "../config.ts";
import type { Env } from "../env.ts";
import { RateLimit } from "../lib/rate-limit.ts";
import { refuse, type Result } from "../protocol/codes.ts";
import type { AppContext } from "./context.ts";
import { ChatError, unwrap } from "./errors.ts";

/** Verifies a token and makes its user known. */
export async function admit(env: Env, token: string | null): Promise<Result<Principal>> {
  if (token === null) return refuse("UNAUTHORIZED");
  const verified = await verifyFor(configOf(env))(token);
  if (verified.ok) await makeKnown(env, verified.value);
  return verified;
}

let limit: RateLimit<number> | null = null;

/** Middleware of every REST route that needs a user; sets `principal` (A3, E2). */
export const authenticate: MiddlewareHandler<AppContext> = async function authenticate(c, next) {
  const principal = unwrap(await admit(c.env, bearerToken(c.req.raw.headers)));
  limit ??= new RateLimit(configOf(c.env).requestLimitPerMinute);
  const waitSeconds = limit.take(principal.userId, Date.now());
  if (waitSeconds > 0) throw new ChatError({ ...refuse("RATE_LIMITED"), retryAfterSeconds: waitSeconds });
  c.set("principal", principal);
  await next();
};
