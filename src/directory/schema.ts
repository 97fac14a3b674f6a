/** The tables of D1 as drizzle sees them. migrations/ is what creates them; a test holds the two together. */
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const users = sqliteTable("users", {
  id: integer().primaryKey(),
  username: text().notNull(),
  displayName: text("display_name").notNull().default(""),
  firstName: text("first_name").notNull().default(""),
  lastName: text("last_name").notNull().default(""),
  avatar: text(),
  headline: text().notNull().default(""),
  claimsIssuedAt: integer("claims_issued_at").notNull().default(0),
});

export const conversations = sqliteTable("conversations", {
  id: integer().primaryKey({ autoIncrement: true }),
  pairKey: text("pair_key").unique(),
  createdAt: integer("created_at").notNull(),
});

export const participants = sqliteTable(
  "participants",
  {
    userId: integer("user_id").notNull(),
    conversationId: integer("conversation_id").notNull(),
    unreadCount: integer("unread_count").notNull().default(0),
    readThrough: integer("read_through").notNull().default(0),
    version: integer().notNull().default(0),
    archivedAt: integer("archived_at").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.conversationId] }),
    index("participants_by_conversation").on(table.conversationId),
  ],
);

export const messages = sqliteTable(
  "messages",
  {
    conversationId: integer("conversation_id").notNull(),
    id: integer().notNull(),
    senderId: integer("sender_id").notNull(),
    content: text().notNull(),
    sentAt: integer("sent_at").notNull(),
    clientId: text("client_id"),
    version: integer().notNull(),
    archivedAt: integer("archived_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.id] })],
);

export const receipts = sqliteTable(
  "receipts",
  {
    conversationId: integer("conversation_id").notNull(),
    readerId: integer("reader_id").notNull(),
    firstId: integer("first_id").notNull(),
    lastId: integer("last_id").notNull(),
    readAt: integer("read_at").notNull(),
    version: integer().notNull(),
    archivedAt: integer("archived_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.readerId, table.firstId] })],
);
