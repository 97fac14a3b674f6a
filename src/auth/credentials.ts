/** Where a request carries its token (A3). */

/** The token of an `Authorization: Bearer` header, the scheme in any case (RFC 6750, 2.1); null where there is none. */
export function bearerToken(headers: Headers): string | null {
  return /^bearer +(\S+) *$/i.exec(headers.get("Authorization") ?? "")?.[1] ?? null;
}

/** The token of a socket's request: the header wins over the query. */
export function socketToken(headers: Headers, query: string | undefined): string | null {
  return headers.has("Authorization") ? bearerToken(headers) : (query ?? null);
}
