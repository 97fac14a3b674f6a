/** How a room begins: from the directory when it is new, from the archive when it has lost its own storage. */
import { archivedMessages, archivedRoom } from "../directory/archive.ts";
import type { Database } from "../directory/database.ts";
import type { MessageRecord, ReceiptRecord } from "../directory/records.ts";
import { migrate } from "../lib/sql-migrations.ts";
import { roomMigrations } from "./migrations.ts";
import { RoomStore } from "./store.ts";

/** Messages that a room rebuilt from the archive holds at least: older history is read from the archive. */
const TAIL_LENGTH = 500;

/** Messages read from the archive at a time. */
const CHUNK = 500;

/**
 * Fills an empty object from D1. The storage is written in one go after everything is read, so that an object for which
 * there is no conversation stays empty.
 *
 * @returns false where the conversation does not exist
 */
export async function beginRoom(
  storage: DurableObjectStorage,
  database: Database,
  conversationId: number,
): Promise<boolean> {
  const archived = await archivedRoom(database, conversationId);
  if (archived === null) return false;
  const firstUnread = archived.participants
    .filter((participant) => participant.unreadCount > 0)
    .map((participant) => participant.readThrough + 1);
  const firstId = Math.max(1, Math.min(archived.lastId - TAIL_LENGTH + 1, ...firstUnread));
  const messages: MessageRecord[] = [];
  const receipts = new Map<string, ReceiptRecord>();
  const readerIds = archived.roster.map((user) => user.id);
  for (let fromId = firstId; fromId <= archived.lastId; fromId += CHUNK) {
    const toId = Math.min(fromId + CHUNK - 1, archived.lastId);
    const chunk = await archivedMessages(database, conversationId, fromId, toId, readerIds);
    messages.push(...chunk.messages);
    for (const receipt of chunk.receipts) receipts.set(`${receipt.readerId}:${receipt.firstId}`, receipt);
  }
  migrate(storage, roomMigrations);
  storage.transactionSync(() => {
    const store = new RoomStore(storage.sql);
    if (store.room() !== null) return;
    store.createRoom({
      conversationId,
      createdAt: archived.createdAt,
      firstId,
      baseVersion: archived.version,
      progress: {
        archived: archived.version,
        notified: Object.fromEntries(readerIds.map((id) => [id, archived.version])),
        delivered: {},
        unread: Object.fromEntries(
          archived.participants.map(({ userId, unreadCount }) => [userId, unreadCount]),
        ),
        countedAt: archived.version,
      },
    });
    for (const profile of archived.roster) {
      const known = archived.participants.find((participant) => participant.userId === profile.id);
      store.saveParticipant({ profile, readThrough: known?.readThrough ?? 0 });
    }
    for (const message of messages) store.insertMessage(message);
    for (const receipt of receipts.values()) store.insertReceipt(receipt);
  });
  return true;
}
