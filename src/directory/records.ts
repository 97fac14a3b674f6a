/** Rows as the rooms and the archive exchange them. Times are milliseconds since 1970. */

/** A message. Ids count 1, 2, 3, … in their conversation; `version` is the room's when the row last changed. */
export interface MessageRecord {
  readonly id: number;
  readonly senderId: number;
  readonly content: string;
  readonly sentAt: number;
  /** The idempotency key it was sent with. */
  readonly clientId: string | null;
  readonly version: number;
}

/** What others sent in `firstId..lastId` was read by `readerId` at `readAt`. One reader's ranges never overlap. */
export interface ReceiptRecord {
  readonly readerId: number;
  readonly firstId: number;
  readonly lastId: number;
  readonly readAt: number;
  readonly version: number;
}

/** How far a participant is. */
export interface ParticipantRecord {
  readonly userId: number;
  readonly unreadCount: number;
  /** Everything that others sent up to this id is read. */
  readonly readThrough: number;
  readonly version: number;
}

/** A message with the time at which it was read, if it was. */
export interface ReadMessage extends MessageRecord {
  readonly readAt: number | null;
}

/** Joins messages with the receipts that overlap them: a message is read once anyone but its sender has read it. */
export function withReadTimes(
  messages: readonly MessageRecord[],
  receipts: readonly ReceiptRecord[],
): ReadMessage[] {
  return messages.map((message) => {
    let readAt: number | null = null;
    for (const receipt of receipts) {
      if (receipt.readerId === message.senderId) continue;
      if (receipt.firstId > message.id || receipt.lastId < message.id) continue;
      if (readAt === null || receipt.readAt < readAt) readAt = receipt.readAt;
    }
    return { ...message, readAt };
  });
}
