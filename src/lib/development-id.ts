/** Ids for names, for development: whoever signs in under a name, in whatever client, is the same user. */

/** A user's id made from their name (FNV-1a), below 2^31. */
export function developmentId(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return (hash % (2 ** 31 - 1)) + 1;
}
