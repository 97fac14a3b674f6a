/** Tokens that look like the server's, unsigned: the SDK reads their claims, and nobody here verifies them. */
import { readClaims } from "../../../../src/client/claims.ts";

let count = 0;

export const fakeToken = {
  /** A token of a user, unlike any other. */
  of(userId: number, claims: Readonly<Record<string, unknown>> = {}): string {
    count += 1;
    return `header.${btoa(JSON.stringify({ user_id: userId, jti: count, ...claims }))}.signature`;
  },
  userOf(token: string): number {
    return readClaims(token).userId ?? 0;
  },
};
