/** What a socket that comes back with a cursor is told before it is live (docs/websocket.md). */
import { CHANGES_PER_FRAME, MAX_RESUME_CHANGES } from "../protocol/limits.ts";
import type { ChatEvent, ChatMessageEvent, Progress } from "../protocol/server-events.ts";
import type { MessageRecord } from "../directory/records.ts";
import { toReadRange, type RoomChanges } from "./changes.ts";

/** As much of a room as a resume needs. */
export interface ResumableRoom {
  readonly conversationId: number;
  /** Changes before this version can't be told apart: the room was made anew from the archive. */
  readonly baseVersion: number;
  readonly version: number;
  readonly lastId: number;
  readonly progress: readonly Progress[];
  changesAfter(version: number, limit: number): RoomChanges;
  toEvent(message: MessageRecord): ChatMessageEvent;
}

/**
 * The frames that bring a client of `userId` from version `since` to now, in order: bounded ones of changes and a last word, or
 * the word that it has to load anew.
 */
export function* resumeEvents(room: ResumableRoom, since: number, userId: number): Generator<ChatEvent> {
  const position = {
    conversation_id: room.conversationId,
    version: room.version,
    last_message_id: room.lastId,
    progress: [...room.progress],
  };
  // Beyond the version, the cursor is not of this room's making.
  const isReachable =
    since >= room.baseVersion && since <= room.version && room.version - since <= MAX_RESUME_CHANGES;
  if (!isReachable) {
    yield { type: "resync", ...position };
    return;
  }
  for (let version = since; version < room.version;) {
    const { messages, receipts, upTo } = room.changesAfter(version, CHANGES_PER_FRAME);
    yield {
      type: "changes",
      conversation_id: room.conversationId,
      messages: messages.map((message) => {
        const { type: _type, ...fields } = room.toEvent(message);
        const own = message.clientId !== null && message.senderId === userId;
        return own ? { ...fields, client_id: message.clientId } : fields;
      }),
      reads: receipts.map(toReadRange),
      version: upTo,
      has_more: upTo < room.version,
    };
    version = upTo;
  }
  yield { type: "synced", ...position };
}
