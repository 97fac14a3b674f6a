/** The room's SQL, named by intent. Synchronous; rows in, records out; no rules. */
import * as v from "valibot";
import type { MessageRecord, ReceiptRecord } from "../directory/records.ts";
import { userSchema, type User } from "../protocol/shapes.ts";

/** How far the followers are, and counts that would be dear to make anew; kept as one row. */
export interface RoomProgress {
  /** The version that the archive has. */
  readonly archived: number;
  /** By user id: the version that the user's inbox has been told of. */
  readonly notified: Readonly<Record<string, number>>;
  /** By user id: the message up to which a device of the user has everything. */
  readonly delivered: Readonly<Record<string, number>>;
  /** By user id: how many messages the user had not read at `countedAt`. */
  readonly unread: Readonly<Record<string, number>>;
  /** The version at which `unread` was counted. */
  readonly countedAt: number;
}

/** A participant as the room keeps them. */
export interface RoomParticipant {
  readonly profile: User;
  readonly readThrough: number;
}

/** The room's one row about itself. */
export interface RoomRecord {
  readonly conversationId: number;
  readonly createdAt: number;
  readonly firstId: number;
  readonly baseVersion: number;
  readonly progress: RoomProgress;
}

const progressSchema = v.object({
  archived: v.number(),
  notified: v.record(v.string(), v.number()),
  delivered: v.record(v.string(), v.number()),
  unread: v.record(v.string(), v.number()),
  countedAt: v.number(),
});

const MESSAGE = `id, sender_id AS senderId, content, sent_at AS sentAt, client_id AS clientId, version`;
const RECEIPT = `reader_id AS readerId, first_id AS firstId, last_id AS lastId, read_at AS readAt, version`;

type MessageRow = {
  id: number;
  senderId: number;
  content: string;
  sentAt: number;
  clientId: string | null;
  version: number;
};
type ReceiptRow = { readerId: number; firstId: number; lastId: number; readAt: number; version: number };

/** Statements over the SQLite of one room. The tables exist: see `roomMigrations`. */
export class RoomStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The room's own row; null before the room began. */
  room(): RoomRecord | null {
    const [row] = this.#sql
      .exec<{
        conversationId: number;
        createdAt: number;
        firstId: number;
        baseVersion: number;
        progress: string;
      }>(
        `SELECT conversation_id AS conversationId, created_at AS createdAt, first_id AS firstId,
           base_version AS baseVersion, progress FROM room`,
      )
      .toArray();
    return row === undefined ? null : { ...row, progress: v.parse(progressSchema, JSON.parse(row.progress)) };
  }

  createRoom(room: RoomRecord): void {
    this.#sql.exec(
      "INSERT INTO room (id, conversation_id, created_at, first_id, base_version, progress) VALUES (1, ?, ?, ?, ?, ?)",
      room.conversationId,
      room.createdAt,
      room.firstId,
      room.baseVersion,
      JSON.stringify(room.progress),
    );
  }

  saveProgress(progress: RoomProgress): void {
    this.#sql.exec("UPDATE room SET progress = ?", JSON.stringify(progress));
  }

  participants(): RoomParticipant[] {
    return this.#sql
      .exec<{ profile: string; readThrough: number }>(
        "SELECT profile, read_through AS readThrough FROM participants ORDER BY user_id",
      )
      .toArray()
      .map((row) => ({
        profile: v.parse(userSchema, JSON.parse(row.profile)),
        readThrough: row.readThrough,
      }));
  }

  saveParticipant({ profile, readThrough }: RoomParticipant): void {
    this.#sql.exec(
      `INSERT INTO participants (user_id, profile, read_through) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET profile = excluded.profile, read_through = excluded.read_through`,
      profile.id,
      JSON.stringify(profile),
      readThrough,
    );
  }

  saveReadThrough(userId: number, readThrough: number): void {
    this.#sql.exec("UPDATE participants SET read_through = ? WHERE user_id = ?", readThrough, userId);
  }

  insertMessage(message: MessageRecord): void {
    this.#sql.exec(
      "INSERT INTO messages (id, sender_id, content, sent_at, client_id, version) VALUES (?, ?, ?, ?, ?, ?)",
      message.id,
      message.senderId,
      message.content,
      message.sentAt,
      message.clientId,
      message.version,
    );
  }

  lastMessage(): MessageRecord | null {
    return (
      this.#sql.exec<MessageRow>(`SELECT ${MESSAGE} FROM messages ORDER BY id DESC LIMIT 1`).toArray()[0] ??
      null
    );
  }

  messageByClientId(senderId: number, clientId: string): MessageRecord | null {
    const rows = this.#sql.exec<MessageRow>(
      `SELECT ${MESSAGE} FROM messages WHERE sender_id = ? AND client_id = ?`,
      senderId,
      clientId,
    );
    return rows.toArray()[0] ?? null;
  }

  /** Messages `fromId..toId`, newest first. */
  messagesBetween(fromId: number, toId: number): MessageRecord[] {
    return this.#sql
      .exec<MessageRow>(
        `SELECT ${MESSAGE} FROM messages WHERE id BETWEEN ? AND ? ORDER BY id DESC`,
        fromId,
        toId,
      )
      .toArray();
  }

  /** Messages from `fromId` on, oldest first, at most `limit`. */
  messagesFrom(fromId: number, limit: number): MessageRecord[] {
    return this.#sql
      .exec<MessageRow>(`SELECT ${MESSAGE} FROM messages WHERE id >= ? ORDER BY id LIMIT ?`, fromId, limit)
      .toArray();
  }

  /**
   * The lowest id in `low..high` whose message came after `version`; `high + 1` where none did. Versions rise with the ids,
   * so a search finds it, and an index on the version is not paid for. Where nothing but messages came, it is the first looked at.
   */
  firstIdAfter(version: number, low: number, high: number): number {
    let start = low;
    let end = high + 1;
    for (let probe = low; start < end; probe = Math.floor((start + end) / 2)) {
      const [row] = this.#sql
        .exec<{ version: number }>("SELECT version FROM messages WHERE id = ?", probe)
        .toArray();
      if (row !== undefined && row.version <= version) start = probe + 1;
      else end = probe;
    }
    return start;
  }

  /** Ids in `fromId..toId` that others sent and `userId` has not read, in order, at most `limit`. */
  unreadIds(userId: number, fromId: number, toId: number, limit = Number.MAX_SAFE_INTEGER): number[] {
    return this.#sql
      .exec<{ id: number }>(
        `SELECT id FROM messages WHERE id BETWEEN ?2 AND ?3 AND sender_id <> ?1 AND id > coalesce((
           SELECT last_id FROM receipts WHERE reader_id = ?1 AND first_id <= messages.id
           ORDER BY first_id DESC LIMIT 1), 0)
         ORDER BY id LIMIT ?4`,
        userId,
        fromId,
        toId,
        limit,
      )
      .toArray()
      .map((row) => row.id);
  }

  /** How much `userId`'s count of unread messages has changed since a version: what others sent, less what was read. */
  unreadChange(userId: number, version: number, firstNewId: number): number {
    const [row] = this.#sql
      .exec<{ change: number }>(
        `SELECT (SELECT count(*) FROM messages WHERE id >= ?3 AND sender_id <> ?1) - (
           SELECT count(*) FROM receipts
           JOIN messages ON messages.id BETWEEN receipts.first_id AND receipts.last_id AND messages.sender_id <> ?1
           WHERE receipts.reader_id = ?1 AND receipts.version > ?2) AS change`,
        userId,
        version,
        firstNewId,
      )
      .toArray();
    return row?.change ?? 0;
  }

  insertReceipt(receipt: ReceiptRecord): void {
    this.#sql.exec(
      "INSERT INTO receipts (reader_id, first_id, last_id, read_at, version) VALUES (?, ?, ?, ?, ?)",
      receipt.readerId,
      receipt.firstId,
      receipt.lastId,
      receipt.readAt,
      receipt.version,
    );
  }

  lastReceiptVersion(): number {
    const rows = this.#sql
      .exec<{ version: number | null }>("SELECT max(version) AS version FROM receipts")
      .toArray();
    return rows[0]?.version ?? 0;
  }

  /** Receipts newer than `version`, oldest first, at most about `limit`: those of one version are never split. */
  receiptsAfter(version: number, limit: number): ReceiptRecord[] {
    return this.#sql
      .exec<ReceiptRow>(
        `SELECT ${RECEIPT} FROM receipts WHERE version > ?1 AND version <= coalesce((
           SELECT version FROM receipts WHERE version > ?1 ORDER BY version LIMIT 1 OFFSET ?2), 9e15)
         ORDER BY version, first_id`,
        version,
        limit - 1,
      )
      .toArray();
  }

  /** The first ids of one reader's receipts that begin in `fromId..toId`, in order. */
  receiptStarts(readerId: number, fromId: number, toId: number): number[] {
    return this.#sql
      .exec<{ firstId: number }>(
        "SELECT first_id AS firstId FROM receipts WHERE reader_id = ? AND first_id BETWEEN ? AND ? ORDER BY first_id",
        readerId,
        fromId,
        toId,
      )
      .toArray()
      .map((row) => row.firstId);
  }

  /** Receipts of some readers that overlap messages `fromId..toId`; ranges of one reader never overlap each other. */
  receiptsBetween(readerIds: readonly number[], fromId: number, toId: number): ReceiptRecord[] {
    return readerIds.flatMap((readerId) =>
      this.#sql
        .exec<ReceiptRow>(
          `SELECT ${RECEIPT} FROM receipts WHERE reader_id = ?1 AND first_id <= ?3 AND first_id >= coalesce((
             SELECT max(first_id) FROM receipts WHERE reader_id = ?1 AND first_id <= ?2), ?2)`,
          readerId,
          fromId,
          toId,
        )
        .toArray(),
    );
  }

  departures(): { userId: number; dueAt: number }[] {
    return this.#sql
      .exec<{ userId: number; dueAt: number }>("SELECT user_id AS userId, due_at AS dueAt FROM departures")
      .toArray();
  }

  saveDeparture(userId: number, dueAt: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO departures (user_id, due_at) VALUES (?, ?)", userId, dueAt);
  }

  deleteDeparture(userId: number): void {
    this.#sql.exec("DELETE FROM departures WHERE user_id = ?", userId);
  }
}
