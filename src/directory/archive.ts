/** The archive: what the rooms hold, in D1, a moment later. Every write may come twice or late and still be right. */
import { and, between, desc, eq, gte, sql } from "drizzle-orm";
import type { User } from "../protocol/shapes.ts";
import type { BatchItem } from "drizzle-orm/batch";
import { databaseNow, type Database } from "./database.ts";
import type { MessageRecord, ParticipantRecord, ReceiptRecord } from "./records.ts";
import { conversations, messages, participants, receipts, users } from "./schema.ts";
import { pairKey } from "./conversations.ts";
import { toUser } from "./users.ts";

/** Rows of a room that the archive lacks. */
export interface ArchiveBatch {
  readonly messages: readonly MessageRecord[];
  readonly receipts: readonly ReceiptRecord[];
  readonly participants: readonly ParticipantRecord[];
}

/**
 * Takes a room's changed rows in one transaction and one round trip. A row that is here in the same or a newer version stays
 * as it is and costs nothing: a batch that was thought lost may still arrive after its successors.
 *
 * @returns the database's time of the transaction, in milliseconds: the cursor of an inbox that has been told of it
 */
export async function appendToArchive(
  database: Database,
  conversationId: number,
  batch: ArchiveBatch,
): Promise<number> {
  // The rows come as arrays in one JSON parameter, as D1 bounds the number of parameters.
  const column = (index: number) => sql.raw(`value ->> ${index}`);
  const excluded = (name: string) => sql.raw(`excluded.${name}`);
  const messageRows = batch.messages.map((m) => [
    m.id,
    m.senderId,
    m.content,
    m.sentAt,
    m.clientId,
    m.version,
  ]);
  const receiptRows = batch.receipts.map((r) => [r.readerId, r.firstId, r.lastId, r.readAt, r.version]);
  const participantRows = batch.participants.map((p) => [p.userId, p.unreadCount, p.readThrough, p.version]);
  const writes: BatchItem<"sqlite">[] = [];
  if (messageRows.length > 0) {
    const rows = sql`select ${conversationId}, ${column(0)}, ${column(1)}, ${column(2)}, ${column(3)}, ${column(4)},
        ${column(5)}, ${databaseNow} from json_each(${JSON.stringify(messageRows)}) where true`;
    const insert = database.insert(messages).select(rows);
    writes.push(
      insert.onConflictDoUpdate({
        target: [messages.conversationId, messages.id],
        set: {
          content: excluded("content"),
          version: excluded("version"),
          archivedAt: excluded("archived_at"),
        },
        setWhere: sql`excluded.version > ${messages.version}`,
      }),
    );
  }
  if (receiptRows.length > 0) {
    const rows = sql`select ${conversationId}, ${column(0)}, ${column(1)}, ${column(2)}, ${column(3)}, ${column(4)},
        ${databaseNow} from json_each(${JSON.stringify(receiptRows)}) where true`;
    writes.push(database.insert(receipts).select(rows).onConflictDoNothing());
  }
  if (participantRows.length > 0) {
    const rows = sql`select ${column(0)}, ${conversationId}, ${column(1)}, ${column(2)}, ${column(3)}, ${databaseNow}
        from json_each(${JSON.stringify(participantRows)}) where true`;
    const insert = database.insert(participants).select(rows);
    writes.push(
      insert.onConflictDoUpdate({
        target: [participants.userId, participants.conversationId],
        set: {
          unreadCount: excluded("unread_count"),
          readThrough: excluded("read_through"),
          version: excluded("version"),
          archivedAt: excluded("archived_at"),
        },
        setWhere: sql`excluded.version > ${participants.version}`,
      }),
    );
  }
  // Read first, so that no row of the batch is older than the cursor.
  const [[clock]] = await database.batch([
    database.select({ now: databaseNow }).from(sql`(select 1)`),
    ...writes,
  ]);
  return clock?.now ?? 0;
}

/** Archived messages `fromId..toId`, newest first, with the receipts of `readerIds` that overlap them. */
export async function archivedMessages(
  database: Database,
  conversationId: number,
  fromId: number,
  toId: number,
  readerIds: readonly number[],
): Promise<{ messages: MessageRecord[]; receipts: ReceiptRecord[] }> {
  const [messageRows, receiptRows] = await Promise.all([
    database
      .select(messageColumns)
      .from(messages)
      .where(and(eq(messages.conversationId, conversationId), between(messages.id, fromId, toId)))
      .orderBy(desc(messages.id)),
    overlappingReceipts(database, conversationId, fromId, toId, readerIds),
  ]);
  return { messages: messageRows, receipts: receiptRows };
}

const messageColumns = {
  id: messages.id,
  senderId: messages.senderId,
  content: messages.content,
  sentAt: messages.sentAt,
  clientId: messages.clientId,
  version: messages.version,
};
const receiptColumns = {
  readerId: receipts.readerId,
  firstId: receipts.firstId,
  lastId: receipts.lastId,
  readAt: receipts.readAt,
  version: receipts.version,
};

/** One reader's ranges don't overlap, so of those that start before `fromId` only the last can reach it. */
function overlappingReceipts(
  database: Database,
  conversationId: number,
  fromId: number,
  toId: number,
  readerIds: readonly number[],
) {
  return database
    .select(receiptColumns)
    .from(sql`json_each(${JSON.stringify(readerIds)}) as reader`)
    .crossJoin(receipts)
    .where(
      and(
        eq(receipts.conversationId, conversationId),
        sql`${receipts.readerId} = reader.value`,
        sql`${receipts.firstId} <= ${toId}`,
        sql`${receipts.firstId} >= coalesce((
          select max(earlier.first_id) from ${receipts} earlier
          where earlier.conversation_id = ${conversationId} and earlier.reader_id = reader.value
            and earlier.first_id <= ${fromId}), ${fromId})`,
      ),
    );
}

/** What a room needs to begin, or to begin again after it lost its own storage. */
export interface ArchivedRoom {
  readonly createdAt: number;
  readonly roster: readonly User[];
  readonly participants: readonly ParticipantRecord[];
  readonly lastId: number;
  readonly version: number;
}

/** A conversation as the archive knows it; null where there is none. */
export async function archivedRoom(database: Database, conversationId: number): Promise<ArchivedRoom | null> {
  const [found, people, newest] = await Promise.all([
    database
      .select({ createdAt: conversations.createdAt })
      .from(conversations)
      .where(eq(conversations.id, conversationId)),
    database
      .select({ participant: participants, user: users })
      .from(participants)
      .leftJoin(users, eq(users.id, participants.userId))
      .where(eq(participants.conversationId, conversationId))
      .orderBy(participants.userId),
    database
      .select({ id: messages.id, version: messages.version })
      .from(messages)
      .where(and(eq(messages.conversationId, conversationId), gte(messages.id, 1)))
      .orderBy(desc(messages.id))
      .limit(1),
  ]);
  const [conversation] = found;
  if (conversation === undefined) return null;
  return {
    createdAt: conversation.createdAt,
    roster: people.map(({ participant, user }) => toUser(participant.userId, user)),
    participants: people.map(({ participant }) => participant),
    lastId: newest[0]?.id ?? 0,
    version: Math.max(newest[0]?.version ?? 0, ...people.map(({ participant }) => participant.version)),
  };
}

/** Puts back what the directory had of a conversation, from what its room knows; rows that are there stay as they are. */
export async function restoreConversation(
  database: Database,
  conversationId: number,
  createdAt: number,
  roster: readonly User[],
): Promise<void> {
  const ids = roster.map((user) => user.id);
  const [first, second] = ids;
  const key = first !== undefined && second !== undefined && ids.length === 2 ? pairKey(first, second) : null;
  await database.batch([
    database
      .insert(conversations)
      .values({ id: conversationId, pairKey: key, createdAt })
      .onConflictDoNothing(),
    database
      .insert(users)
      .values(
        roster.map((user) => ({
          id: user.id,
          username: user.username,
          displayName: user.display_name,
          firstName: user.first_name,
          lastName: user.last_name,
          avatar: user.avatar,
          headline: user.headline,
        })),
      )
      .onConflictDoNothing(),
    database
      .insert(participants)
      .values(ids.map((userId) => ({ userId, conversationId, archivedAt: databaseNow })))
      .onConflictDoNothing(),
  ]);
}
