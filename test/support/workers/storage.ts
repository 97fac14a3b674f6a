/** Storage that is lost, and read past the code: what a repair or a disaster would do. */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as v from "valibot";
import { evict, roomOf } from "./objects.ts";

/** Empties a room's own storage and resets it; its sockets close. */
export async function emptyRoom(conversationId: number): Promise<void> {
  await runInDurableObject(roomOf(conversationId), async (_instance, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  await abortAllDurableObjects();
}

const messageRowSchema = v.object({
  id: v.number(),
  sender_id: v.number(),
  content: v.string(),
  client_id: v.nullable(v.string()),
  version: v.number(),
});
const receiptRowSchema = v.object({ reader_id: v.number(), first_id: v.number(), last_id: v.number() });
const participantRowSchema = v.object({
  user_id: v.number(),
  unread_count: v.number(),
  read_through: v.number(),
});

async function archived<Schema extends v.GenericSchema>(table: string, schema: Schema, id: number) {
  const rows = await env.DB.prepare(`SELECT * FROM ${table} WHERE conversation_id = ? ORDER BY 1, 2, 3`)
    .bind(id)
    .all();
  return v.parse(v.array(schema), rows.results);
}

/** What D1 holds of a conversation. */
export async function archiveOf(conversationId: number) {
  return {
    messages: await archived("messages", messageRowSchema, conversationId),
    receipts: await archived("receipts", receiptRowSchema, conversationId),
    participants: await archived("participants", participantRowSchema, conversationId),
  };
}

/** Puts `count` messages of alternating senders into a room's own storage, past the code, and lets it find them. */
export async function fillRoom(
  conversationId: number,
  senders: readonly [number, number],
  count: number,
  { archived = false } = {},
): Promise<void> {
  await runInDurableObject(roomOf(conversationId), (_instance, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       INSERT INTO messages (id, sender_id, content, sent_at, version)
       SELECT i, iif(i % 2 = 1, ?2, ?3), 'message ' || i, 1000 + i, i FROM n`,
      count,
      senders[0],
      senders[1],
    );
    if (!archived) return;
    // As if the followers had come to rest: the archive itself is not filled.
    storage.sql.exec(
      `UPDATE room SET progress = json_set(progress, '$.archived', ?1, '$.notified', json_object(?2, ?1, ?3, ?1))`,
      count,
      String(senders[0]),
      String(senders[1]),
    );
  });
  await evict(roomOf(conversationId));
}
