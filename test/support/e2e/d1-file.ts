/** The D1 database of a local server, seen from outside: the SQLite file in its data folder. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { count, id, list, shape, text } from "./decode.ts";

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

/** What D1 holds of a conversation: its messages by ascending id, and what it counts as unread. */
export function archivedConversation(persistTo: string, conversationId: number) {
  using database = new DatabaseSync(d1File(persistTo), { readOnly: true, timeout: 5_000 });
  const rows = (query: string) => database.prepare(query).all(conversationId);
  const messages = rows("SELECT id, content FROM messages WHERE conversation_id = ? ORDER BY id");
  const participants = rows(
    "SELECT user_id AS userId, unread_count AS unreadCount FROM participants WHERE conversation_id = ?",
  );
  return {
    messages: list(shape({ id, content: text }))(messages, "messages"),
    participants: list(shape({ userId: id, unreadCount: count }))(participants, "participants"),
  };
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
