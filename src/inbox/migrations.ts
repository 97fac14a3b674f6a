/** The inbox's own tables. Append only. */
import type { Migration } from "../lib/sql-migrations.ts";

export const inboxMigrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
      -- Rooms in which the user has, or lately had, a socket; "entries" tells a new visit from the one that was looked up.
      CREATE TABLE visits (
        conversation_id INTEGER PRIMARY KEY,
        entries INTEGER NOT NULL
      );
      -- The user's conversations as JSON, for while D1 can't be asked.
      CREATE TABLE copy (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        conversations TEXT NOT NULL
      );
    `,
  },
];
