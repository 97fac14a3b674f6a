/**
 * The rooms that the user is, or lately was, connected to. Before the conversation list is read from D1, these finish
 * archiving, so that the list shows what their sockets have shown (R8). A room is forgotten once it says that the user has
 * left and everything is archived: leaving needs no call of its own.
 */
import { migrate } from "../lib/sql-migrations.ts";
import { inboxMigrations } from "./migrations.ts";

/** What a room says when it is asked to settle. */
export interface Settled {
  readonly archived: boolean;
  readonly present: boolean;
}

/** The visits of one user. */
export class Visits {
  readonly #sql: SqlStorage;
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  /** The user has a socket in a room; to be called after the room has taken it, before the client knows. */
  enter(conversationId: number): void {
    migrate(this.#storage, inboxMigrations);
    this.#sql.exec(
      `INSERT INTO visits (conversation_id, entries) VALUES (?, 1)
       ON CONFLICT DO UPDATE SET entries = entries + 1`,
      conversationId,
    );
  }

  /** Has every visited room settle, all at once. */
  async settle(ask: (conversationId: number) => Promise<Settled>): Promise<void> {
    migrate(this.#storage, inboxMigrations);
    const visits = this.#sql
      .exec<{ conversationId: number; entries: number }>(
        "SELECT conversation_id AS conversationId, entries FROM visits",
      )
      .toArray();
    await Promise.all(
      visits.map(async ({ conversationId, entries }) => {
        const { archived, present } = await ask(conversationId);
        if (present || !archived) return;
        // A socket that came in meanwhile has counted the visit up, and it stays.
        this.#sql.exec(
          "DELETE FROM visits WHERE conversation_id = ? AND entries = ?",
          conversationId,
          entries,
        );
      }),
    );
  }
}
