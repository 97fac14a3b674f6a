/** Tokens for the tests inside workerd. */
import { env } from "cloudflare:workers";
import * as jose from "jose";

/** An access token of a user, as the host application would issue it. */
export function tokenOf(userId: number): Promise<string> {
  return new jose.SignJWT({ user_id: userId, username: `user${userId}` })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(env.JWT_SECRET));
}
