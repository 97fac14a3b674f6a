/** Users: known from their tokens, or put here by the host application. */
import { or, sql, type AnyColumn, type SQL } from "drizzle-orm";
import type { ProfileClaims, User } from "../protocol/shapes.ts";
import type { Database } from "./database.ts";
import { users } from "./schema.ts";

type UserRow = typeof users.$inferSelect;

/** A user's row as the wire has it; with no row, what is known of everyone: the id (F2). */
export function toUser(id: number, row: UserRow | null): User {
  const username = row?.username ?? defaultUsername(id);
  return {
    id,
    username,
    display_name: row?.displayName || username,
    first_name: row?.firstName ?? "",
    last_name: row?.lastName ?? "",
    avatar: row?.avatar ?? null,
    headline: row?.headline ?? "",
  };
}

/** The name of a user whose token gave none (A4). */
export function defaultUsername(id: number): string {
  return `user-${id}`;
}

/**
 * Makes the user known and brings the profile up to date. Writes no row where nothing changed, nor where the token is older
 * than the one that filled the profile.
 *
 * @param issuedAt the token's `iat` in seconds, or null where it has none
 */
export async function rememberUser(
  database: Database,
  userId: number,
  claims: ProfileClaims,
  issuedAt: number | null,
): Promise<void> {
  const insert = database
    .insert(users)
    .values({ id: userId, username: defaultUsername(userId), ...claims, claimsIssuedAt: issuedAt ?? 0 });
  const differences: SQL[] = [];
  if (claims.username !== undefined) differences.push(sql`${users.username} is not ${claims.username}`);
  if (claims.displayName !== undefined)
    differences.push(sql`${users.displayName} is not ${claims.displayName}`);
  if (claims.firstName !== undefined) differences.push(sql`${users.firstName} is not ${claims.firstName}`);
  if (claims.lastName !== undefined) differences.push(sql`${users.lastName} is not ${claims.lastName}`);
  if (claims.avatar !== undefined) differences.push(sql`${users.avatar} is not ${claims.avatar}`);
  if (claims.headline !== undefined) differences.push(sql`${users.headline} is not ${claims.headline}`);
  const changed = or(...differences);
  if (changed === undefined) {
    await insert.onConflictDoNothing();
    return;
  }
  const notOlder = issuedAt === null ? sql`true` : sql`${users.claimsIssuedAt} <= ${issuedAt}`;
  await insert.onConflictDoUpdate({
    target: users.id,
    set: { ...claims, ...(issuedAt === null ? {} : { claimsIssuedAt: issuedAt }) },
    setWhere: sql`${notOlder} and (${changed})`,
  });
}

/** Users found by a search, at most. */
const MAX_FOUND = 20;

/**
 * Users whose username or display name begins with `text`, in any case of ASCII letters, without the one who asks; by name.
 * Reads the rows it gives and no others.
 */
export async function searchUsers(database: Database, text: string, callerId: number): Promise<User[]> {
  const beginningWith = (column: AnyColumn) =>
    database
      .select()
      .from(users)
      .where(
        sql`${column} >= ${text} collate nocase and ${column} < ${text + LAST_CHARACTER} collate nocase
          and ${users.id} <> ${callerId}`,
      )
      .orderBy(sql`${column} collate nocase`)
      .limit(MAX_FOUND);
  const [byUsername, byDisplayName] = await Promise.all([
    beginningWith(users.username),
    beginningWith(users.displayName),
  ]);
  const found = new Map([...byUsername, ...byDisplayName].map((row) => [row.id, toUser(row.id, row)]));
  return [...found.values()].slice(0, MAX_FOUND);
}

/** Sorts behind whatever a name goes on with. */
const LAST_CHARACTER = "\u{10FFFF}";
