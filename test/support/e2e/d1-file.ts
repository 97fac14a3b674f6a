/** The D1 database of a local server, seen from outside: the SQLite file in its data folder. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { id, list, shape } from "./decode.ts";

/** The file of the database that holds the archive. */
function d1File(persistTo: string): string {
  const folder = path.join(persistTo, "v3", "d1");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".sqlite")) continue;
    const file = path.join(folder, name);
    using database = new DatabaseSync(file, { readOnly: true });
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name = 'messages'").all();
    if (tables.length > 0) return file;
  }
  throw new Error(`no database with messages under ${folder}`);
}

/** The ids of a conversation's messages in D1, ascending. */
export function archivedIds(persistTo: string, conversationId: number): number[] {
  using database = new DatabaseSync(d1File(persistTo), { readOnly: true, timeout: 5_000 });
  const rows = database
    .prepare("SELECT id FROM messages WHERE conversation_id = ? ORDER BY id")
    .all(conversationId);
  return list(shape({ id }))(rows, "messages").map((row) => row.id);
}

/** Adds a user as a host application does that shares the database. */
export function addHostUser(persistTo: string, userId: number, username: string): void {
  using database = new DatabaseSync(d1File(persistTo), { timeout: 5_000 });
  database.prepare("INSERT INTO users (id, username) VALUES (?, ?)").run(userId, username);
}

/** Makes every write to D1 fail until it is disposed of. */
export function holdWrites(persistTo: string): Disposable {
  const database = new DatabaseSync(d1File(persistTo), { timeout: 10_000 });
  database.exec("BEGIN IMMEDIATE");
  return {
    [Symbol.dispose]() {
      database.exec("ROLLBACK");
      database.close();
    },
  };
}
