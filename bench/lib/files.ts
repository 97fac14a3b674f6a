/** The SQLite files of a local server, to fill histories faster than messages can be sent. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The file of the database that holds the archive. */
export function d1File(persistTo: string): string {
  return fileWith(
    path.join(persistTo, "v3/d1"),
    "SELECT name FROM sqlite_schema WHERE name = 'pair_key' OR name = 'conversations'",
  );
}

/** The file of a conversation's room. The server must have ended. */
export function roomFile(persistTo: string, conversationId: number): string {
  return fileWith(
    path.join(persistTo, "v3/do"),
    `SELECT 1 FROM room WHERE conversation_id = ${conversationId}`,
  );
}

function fileWith(folder: string, query: string): string {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".sqlite")) continue;
    const file = path.join(folder, name);
    try {
      using database = new DatabaseSync(file, { readOnly: true });
      if (database.prepare(query).all().length > 0) return file;
    } catch {
      // Another kind of database, without that table.
    }
  }
  throw new Error(`nothing under ${folder} answers ${query}`);
}
