/** What a token says about itself, unverified: good enough for the device that it belongs to. */

/** The claims that the SDK looks at; null where the token does not say. */
export interface TokenClaims {
  readonly userId: number | null;
  readonly expiresAtMs: number | null;
}

/** Reads a JSON Web Token's claims; one that is no such token says nothing. */
export function readClaims(token: string): TokenClaims {
  const payload = decodePayload(token);
  const expires = payload["exp"];
  return {
    userId: toUserId(payload["user_id"] ?? payload["sub"]),
    expiresAtMs: typeof expires === "number" ? expires * 1000 : null,
  };
}

function toUserId(value: unknown): number | null {
  const id = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? id : null;
}

function decodePayload(token: string): Readonly<Record<string, unknown>> {
  const [, part = ""] = token.split(".");
  try {
    // Bytes as characters: names may come out wrong, but the numbers looked for here are ASCII.
    const payload: unknown = JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof payload === "object" && payload !== null ? { ...payload } : {};
  } catch {
    return {};
  }
}
