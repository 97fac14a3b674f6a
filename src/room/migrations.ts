/** The room's own tables. Append only: rooms of every age are out there, and each catches up when it next wakes. */
import type { Migration } from "../lib/sql-migrations.ts";

export const roomMigrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
      CREATE TABLE room (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        conversation_id INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        -- The lowest message id held here; above 1 only in a room that was rebuilt from the archive.
        first_id INTEGER NOT NULL,
        -- The version at which this storage began; changes before it can't be told apart.
        base_version INTEGER NOT NULL,
        -- How far the followers are, as JSON: one row however many they are.
        progress TEXT NOT NULL
      );
      CREATE TABLE participants (
        user_id INTEGER PRIMARY KEY,
        -- The user's public profile as JSON, for when the directory can't be asked.
        profile TEXT NOT NULL,
        read_through INTEGER NOT NULL
      );
      CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        sender_id INTEGER NOT NULL,
        content TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        client_id TEXT,
        version INTEGER NOT NULL
      );
      -- Partial, so that a message without a key costs no second row.
      CREATE UNIQUE INDEX messages_by_client_id ON messages (sender_id, client_id) WHERE client_id IS NOT NULL;
      CREATE TABLE receipts (
        reader_id INTEGER NOT NULL,
        first_id INTEGER NOT NULL,
        last_id INTEGER NOT NULL,
        read_at INTEGER NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (reader_id, first_id)
      ) WITHOUT ROWID;
      CREATE INDEX receipts_by_version ON receipts (version);
      -- Users whose last socket closed and who are shown as online until their grace time is over.
      CREATE TABLE departures (
        user_id INTEGER PRIMARY KEY,
        due_at INTEGER NOT NULL
      );
    `,
  },
];
