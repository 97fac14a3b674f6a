/** Who a verified token speaks for. */
import type { JWTPayload } from "jose";
import type { ProfileClaims } from "../protocol/shapes.ts";
import { parseId } from "../protocol/values.ts";

/** The user of a verified token. */
export interface Principal {
  readonly userId: number;
  /** When the token stops counting, leeway included, in milliseconds. */
  readonly expiresAt: number;
  /** The token's `iat` in seconds; null where it has none. */
  readonly issuedAt: number | null;
  readonly claims: ProfileClaims;
}

/** Reads the user out of a token's payload; null where it names none (A1). */
export function principalOf(payload: JWTPayload, leewaySeconds: number): Principal | null {
  if (payload.token_type !== undefined && payload.token_type !== "access") return null;
  const userId = parseId(payload.user_id ?? payload.sub);
  if (userId === null || payload.exp === undefined) return null;
  return {
    userId,
    expiresAt: (payload.exp + leewaySeconds) * 1000,
    issuedAt: payload.iat ?? null,
    claims: profileClaims(payload),
  };
}

/** The profile that a token tells; a claim of the wrong type is passed over (A4). */
function profileClaims(payload: JWTPayload): ProfileClaims {
  const username = textClaim(payload.username);
  const displayName = textClaim(payload.display_name);
  const firstName = textClaim(payload.first_name);
  const lastName = textClaim(payload.last_name);
  const avatar = payload.avatar === null ? null : textClaim(payload.avatar);
  const headline = textClaim(payload.headline);
  return {
    // A user without a name could not be told from nobody.
    ...(username?.trim() ? { username } : {}),
    ...(displayName === undefined ? {} : { displayName }),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(avatar === undefined ? {} : { avatar: avatar || null }),
    ...(headline === undefined ? {} : { headline }),
  };
}

function textClaim(value: unknown): string | undefined {
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0") ? value : undefined;
}
