/** Migrations of a Durable Object's own SQLite: an append-only list, each step applied once, all in one transaction. */

/** One step; `id` counts up from 1. A landed step is never edited. */
export interface Migration {
  readonly id: number;
  readonly sql: string;
}

/** The id of the last step that this object has applied; 0 where it holds nothing. Writes nothing. */
export function appliedMigration(storage: DurableObjectStorage): number {
  const known = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").toArray();
  if (known.length === 0) return 0;
  const [row] = storage.sql.exec<{ id: number }>("SELECT max(id) AS id FROM migrations").toArray();
  return row?.id ?? 0;
}

/**
 * Brings the object's schema up to date.
 *
 * @throws when the list is not numbered 1, 2, 3, …, or when the object is ahead of it (code older than its data).
 */
export function migrate(storage: DurableObjectStorage, migrations: readonly Migration[]): void {
  if (migrations.some(({ id }, index) => id !== index + 1))
    throw new Error("migrations are not numbered 1, 2, 3, …");
  const applied = appliedMigration(storage);
  if (applied > migrations.length)
    throw new Error(`storage is at migration ${applied}, code at ${migrations.length}`);
  if (applied === migrations.length) return;
  storage.transactionSync(() => {
    if (applied === 0) storage.sql.exec("CREATE TABLE migrations (id INTEGER PRIMARY KEY)");
    for (const { id, sql } of migrations.slice(applied)) {
      storage.sql.exec(sql);
      storage.sql.exec("INSERT INTO migrations (id) VALUES (?)", id);
    }
  });
}
