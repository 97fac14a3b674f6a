/**
 * The one door to D1. Today one database holds the directory and the archive; every function of this folder is handed the
 * user or the conversation it is about, so that shards (more bindings, chosen by that id) would be a change of this folder.
 *
 * Reads that belong together are sent side by side and not as a batch: a batch is a transaction, and one that waits for the
 * writer would take the reads down with the writes.
 */
import { sql } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { Env } from "../env.ts";

export type Database = DrizzleD1Database;

/** Opens the database of the directory and the archive. */
export function openDatabase(env: Env): Database {
  return drizzle(env.DB);
}

/** The database's own clock, in milliseconds: the one clock that all archived rows share. */
export const databaseNow = sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
