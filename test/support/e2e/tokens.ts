/** JSON Web Tokens with any claims, right and wrong, signed by hand so that nothing is refused on this side. */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

export type Claims = Readonly<Record<string, unknown>>;

/** Now, in the seconds of `exp`, `nbf` and `iat`. */
export function seconds(fromNow = 0): number {
  return Math.floor(Date.now() / 1000) + fromNow;
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

/** What djangorestframework-simplejwt puts into an access token, with `claims` on top; an undefined claim is left out. */
export function accessClaims(userId: number, claims: Claims = {}): Claims {
  return {
    token_type: "access",
    exp: seconds(3600),
    iat: seconds(),
    jti: crypto.randomUUID(),
    user_id: userId,
    ...claims,
  };
}

const hashes = { HS256: "sha256", HS384: "sha384", HS512: "sha512" } as const;

/** A token signed with a shared secret. */
export function hmacToken(
  secret: string | Buffer,
  claims: unknown,
  algorithm: keyof typeof hashes = "HS256",
): string {
  const signed = `${encode({ alg: algorithm, typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac(hashes[algorithm], secret).update(signed).digest("base64url")}`;
}

/** A token that says it needs no signature. */
export function unsignedToken(claims: Claims, algorithm = "none"): string {
  return `${encode({ alg: algorithm, typ: "JWT" })}.${encode(claims)}.`;
}
