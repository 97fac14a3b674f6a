/** Making users known from their tokens (A4), without a query for a token whose claims this isolate has seen. */
import { openDatabase } from "../directory/database.ts";
import { rememberUser } from "../directory/users.ts";
import type { Env } from "../env.ts";
import { errorText, log } from "../lib/log.ts";
import { withTimeout } from "../lib/timeout.ts";
import type { Principal } from "../auth/principal.ts";

/** Users whose last claims are kept; past it all are forgotten, which costs a query each and nothing else. */
const MAX_SEEN = 10_000;

/** How long a request waits for the directory to take a user in, in milliseconds. */
const PATIENCE_MS = 1_000;

const seen = new Map<number, string>();

/** Makes a token's user known. A directory out of reach does not stop the user: the next request tries again. */
export async function makeKnown(env: Env, principal: Principal): Promise<void> {
  const { userId, claims, issuedAt } = principal;
  const fingerprint = JSON.stringify(claims);
  if (seen.get(userId) === fingerprint) return;
  try {
    await withTimeout(
      rememberUser(openDatabase(env), userId, claims, issuedAt),
      PATIENCE_MS,
      "remembering a user",
    );
  } catch (error) {
    log("warn", "user_not_remembered", { user: userId, error: errorText(error) });
    return;
  }
  if (seen.size >= MAX_SEEN) seen.clear();
  seen.set(userId, fingerprint);
}
