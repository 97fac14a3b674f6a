/** Conversations and who is in them. */
import { and, eq, exists, inArray, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Conversation, User } from "../protocol/shapes.ts";
import { toTime } from "../protocol/values.ts";
import { databaseNow, type Database } from "./database.ts";
import { conversations, messages, participants, receipts, users } from "./schema.ts";
import { toUser } from "./users.ts";

const self = alias(participants, "self");

/** The key that makes a one-to-one conversation unique, whoever starts it. */
export function pairKey(a: number, b: number): string {
  return `${Math.min(a, b)}:${Math.max(a, b)}`;
}

/** Everyone in a conversation, by ascending id; null where there is none or `userId` is not in it (E3). */
export async function rosterOf(
  database: Database,
  conversationId: number,
  userId: number,
): Promise<User[] | null> {
  const rows = await database
    .select({ userId: participants.userId, user: users })
    .from(participants)
    .leftJoin(users, eq(users.id, participants.userId))
    .where(eq(participants.conversationId, conversationId))
    .orderBy(participants.userId);
  if (!rows.some((row) => row.userId === userId)) return null;
  return rows.map((row) => toUser(row.userId, row.user));
}

/** Two users, by ascending id, and the conversation that they have; null where there is none. */
export async function findPair(
  database: Database,
  userId: number,
  otherId: number,
): Promise<{ roster: User[]; isOtherKnown: boolean; conversationId: number | null }> {
  const [known, existing] = await Promise.all([
    database
      .select()
      .from(users)
      .where(inArray(users.id, [userId, otherId])),
    database
      .select({ id: conversations.id })
      .from(conversations)
      .where(eq(conversations.pairKey, pairKey(userId, otherId))),
  ]);
  const pair = [userId, otherId].sort((a, b) => a - b);
  return {
    roster: pair.map((id) => toUser(id, known.find((user) => user.id === id) ?? null)),
    isOtherKnown: known.some((user) => user.id === otherId),
    conversationId: existing[0]?.id ?? null,
  };
}

/** Gives two users their conversation; of simultaneous calls for one pair exactly one gets `created` (R3). */
export async function startPair(
  database: Database,
  userId: number,
  otherId: number,
): Promise<{ conversationId: number; created: boolean }> {
  const key = pairKey(userId, otherId);
  const [inserted, , existing] = await database.batch([
    database
      .insert(conversations)
      .values({ pairKey: key, createdAt: databaseNow })
      .onConflictDoNothing()
      .returning({ id: conversations.id }),
    database
      .insert(participants)
      .select(
        sql`select pair.value, conversations.id, 0, 0, 0, ${databaseNow}
            from conversations, json_each(${JSON.stringify([userId, otherId])}) as pair
            where conversations.pair_key = ${key}`,
      )
      .onConflictDoNothing(),
    database.select({ id: conversations.id }).from(conversations).where(eq(conversations.pairKey, key)),
  ]);
  const [conversation] = existing;
  if (conversation === undefined) throw new Error("a conversation is gone in the transaction that made it");
  return { conversationId: conversation.id, created: inserted.length > 0 };
}

/** The newest message counts as read once somebody but its sender has read it. */
const lastIsRead = sql<number>`exists (
  select 1 from ${participants} reader
  where reader.conversation_id = ${conversations.id} and reader.user_id <> ${messages.senderId}
    and (reader.read_through >= ${messages.id} or ${messages.id} <= (
      select receipt.last_id from ${receipts} receipt
      where receipt.conversation_id = ${conversations.id} and receipt.reader_id = reader.user_id
        and receipt.first_id <= ${messages.id}
      order by receipt.first_id desc limit 1)))`;

/**
 * A user's conversations, last active first (R1).
 *
 * @param changedSince only those archived since, in the database's milliseconds; 0 for all
 * @returns the conversations, and the cursor to give as `changedSince` next time
 */
export async function listConversations(
  database: Database,
  userId: number,
  changedSince = 0,
): Promise<{ conversations: Conversation[]; cursor: number }> {
  const changed =
    changedSince === 0
      ? undefined
      : exists(
          database
            .select({ one: sql`1` })
            .from(participants)
            .where(
              and(
                eq(participants.conversationId, self.conversationId),
                sql`${participants.archivedAt} >= ${changedSince}`,
              ),
            ),
        );
  const mine = and(eq(self.userId, userId), changed);
  const [[clock], rows, people] = await Promise.all([
    database.select({ now: databaseNow }).from(sql`(select 1)`),
    database
      .select({
        id: conversations.id,
        createdAt: conversations.createdAt,
        unreadCount: self.unreadCount,
        last: {
          id: messages.id,
          content: messages.content,
          senderId: messages.senderId,
          sentAt: messages.sentAt,
        },
        lastIsRead,
      })
      .from(self)
      .innerJoin(conversations, eq(conversations.id, self.conversationId))
      .leftJoin(
        messages,
        and(
          eq(messages.conversationId, self.conversationId),
          sql`${messages.id} = (select max(newest.id) from ${messages} newest where newest.conversation_id = ${self.conversationId})`,
        ),
      )
      .where(mine),
    database
      .select({ conversationId: participants.conversationId, userId: participants.userId, user: users })
      .from(self)
      .innerJoin(participants, eq(participants.conversationId, self.conversationId))
      .leftJoin(users, eq(users.id, participants.userId))
      .where(mine)
      .orderBy(participants.conversationId, participants.userId),
  ]);
  const rosters = Map.groupBy(people, (row) => row.conversationId);
  const list = rows.map((row) => {
    const roster = (rosters.get(row.id) ?? []).map((person) => toUser(person.userId, person.user));
    return {
      id: row.id,
      participants: roster,
      other_participant: otherOf(roster, userId),
      created_at: toTime(row.createdAt),
      updated_at: toTime(row.last?.sentAt ?? row.createdAt),
      last_message: row.last && {
        id: row.last.id,
        content: row.last.content,
        sender_id: row.last.senderId,
        timestamp: toTime(row.last.sentAt),
        is_read: row.lastIsRead === 1,
      },
      unread_count: row.unreadCount,
    };
  });
  list.sort(byActivity);
  return { conversations: list, cursor: clock?.now ?? 0 };
}

/** Last active first; the id settles ties, so that the order is total. ISO times of one length sort as text. */
export function byActivity(a: Conversation, b: Conversation): number {
  return a.updated_at < b.updated_at ? 1 : a.updated_at > b.updated_at ? -1 : b.id - a.id;
}

/** The one of a roster who is not the caller (F1). */
export function otherOf(roster: readonly User[], userId: number): User {
  return roster.find((user) => user.id !== userId) ?? toUser(userId, null);
}
