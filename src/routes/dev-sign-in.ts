/**
 * Sign-in for development: pick a name, get a token. It exists only where `DEV_SIGN_IN` is on; a deployment's tokens come
 * from the host application.
 */
import { Hono } from "hono";
import { SignJWT } from "jose";
import * as v from "valibot";
import type { Principal } from "../auth/principal.ts";
import { configOf } from "../config.ts";
import { toUser } from "../directory/users.ts";
import { developmentId } from "../lib/development-id.ts";
import { refuse } from "../protocol/codes.ts";
import { limitBody, readBody } from "./body.ts";
import type { AppContext } from "./context.ts";
import { errorResponse, fail } from "./errors.ts";
import { makeKnown } from "./known-users.ts";
import { notAllowed } from "./not-allowed.ts";

const TOKEN_SECONDS = 12 * 60 * 60;

const signInSchema = v.object({
  name: v.pipe(
    v.string("must be a string"),
    v.trim(),
    v.nonEmpty("must not be blank"),
    v.maxLength(40, "must have at most 40 characters"),
    v.check((name) => name.isWellFormed() && !name.includes("\0"), "must be text"),
  ),
});

/** The route under `/api/dev`. */
export const devRoutes = new Hono<AppContext>()
  .use("/sign-in", async (c, next) => {
    if (!configOf(c.env).devSignIn) return errorResponse(refuse("NOT_FOUND"));
    return next();
  })
  .get("/sign-in", (c) => c.json({}))
  .post("/sign-in", limitBody, async (c) => {
    const { name } = await readBody(c, signInSchema);
    const { secret } = configOf(c.env).jwt;
    if (secret === undefined) fail("NOT_FOUND");
    const userId = developmentId(name);
    const issuedAt = Math.floor(Date.now() / 1000);
    const claims = { token_type: "access", user_id: userId, username: name, display_name: name };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + TOKEN_SECONDS)
      .sign(new TextEncoder().encode(secret));
    const principal: Principal = {
      userId,
      expiresAt: (issuedAt + TOKEN_SECONDS) * 1000,
      issuedAt,
      claims: { username: name, displayName: name },
    };
    await makeKnown(c.env, principal);
    return c.json({ token, user: { ...toUser(userId, null), username: name, display_name: name } });
  })
  .all("/sign-in", notAllowed("POST"));
