/**
 * The rules of a conversation: what a send, a read, a join do. Plain synchronous code over a store, the sessions and a clock,
 * so that nothing can come between a decision and its commit. Every change raises the room's version by one.
 */
import { withReadTimes, type MessageRecord, type ReadMessage } from "../directory/records.ts";
import { otherOf } from "../directory/conversations.ts";
import { ok, refuse, type Result } from "../protocol/codes.ts";
import { parseFrame } from "../protocol/frames.ts";
import type { ChatMessageEvent } from "../protocol/server-events.ts";
import type { Conversation } from "../protocol/shapes.ts";
import { refuseContent, toTime } from "../protocol/values.ts";
import { RateLimit } from "../lib/rate-limit.ts";
import { Broadcast } from "./broadcast.ts";
import { changesAfter, type LogBounds, type RoomChanges } from "./changes.ts";
import { Participants } from "./participants.ts";
import { Presence } from "./presence.ts";
import { readRuns } from "./read-runs.ts";
import { resumeEvents } from "./resume.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { RoomRecord, RoomStore } from "./store.ts";

/** The settings that a room goes by. */
export interface RoomSettings {
  readonly maxMessageLength: number;
  readonly presenceGraceMs: number;
  readonly sendLimitPerMinute: number;
}

/** A stretch of the history, counted from the newest message. */
export type HistoryRange =
  | { readonly page: number; readonly pageSize: number }
  | { readonly before: number; readonly limit: number };

/** What one participant sees of a conversation. */
export interface RoomView {
  readonly conversation: Conversation;
  readonly lastId: number;
  readonly version: number;
  /** The ids of the asked range; empty where `fromId` is above `toId`. */
  readonly fromId: number;
  readonly toId: number;
  /** The messages of the range that the room holds, newest first; those below `firstId` are the archive's. */
  readonly messages: readonly ReadMessage[];
  readonly firstId: number;
}

/** What was turned to read. */
export interface MarkedRead {
  readonly messageIds: readonly number[];
  readonly readAt: number;
}

/** A conversation: the one authority over its messages, receipts and presence. */
export class Room {
  readonly presence: Presence;
  readonly #record: RoomRecord;
  readonly #store: RoomStore;
  readonly #sessions: Sessions;
  readonly #broadcast: Broadcast;
  readonly #settings: RoomSettings;
  readonly #now: () => number;
  readonly #participants: Participants;
  readonly #sendLimit: RateLimit<number>;
  #lastMessage: MessageRecord | null;
  #version: number;

  /** Takes up a room that has begun; everything in memory is derived from what is stored. */
  constructor(
    record: RoomRecord,
    store: RoomStore,
    sessions: Sessions,
    settings: RoomSettings,
    now: () => number,
  ) {
    this.#record = record;
    this.#store = store;
    this.#sessions = sessions;
    this.#settings = settings;
    this.#now = now;
    this.#sendLimit = new RateLimit(settings.sendLimitPerMinute);
    this.#lastMessage = store.lastMessage();
    this.#version = Math.max(record.baseVersion, this.#lastMessage?.version ?? 0, store.lastReceiptVersion());
    this.#participants = new Participants(store, record.progress, this.#bounds);
    this.#broadcast = new Broadcast(
      sessions,
      () => this.#version,
      now,
      (session) => this.presence.expire(session),
    );
    this.presence = new Presence(
      sessions,
      store,
      this.#broadcast,
      (userId) => this.#participants.usernameOf(userId),
      settings.presenceGraceMs,
      now,
    );
  }

  get conversationId(): number {
    return this.#record.conversationId;
  }

  get createdAt(): number {
    return this.#record.createdAt;
  }

  /** Who takes part. How far they are is the room's own to change. */
  get participants(): Omit<Participants, "messageSent" | "messagesRead" | "delivered"> {
    return this.#participants;
  }

  get version(): number {
    return this.#version;
  }

  get lastId(): number {
    return this.#lastMessage?.id ?? 0;
  }

  /** A socket has opened. With a cursor it first gets what changed since; then it is live, with no await in between. */
  join(session: Session, since: number | null): void {
    if (since !== null) this.#resume(session, since);
    this.presence.join(session);
    if (session.sync) this.markDelivered(session.userId, this.lastId);
  }

  /** Takes a client's frame (C3 to C5, C14); whatever is wrong with it is told to the sender alone. */
  receive(session: Session, data: string | ArrayBuffer): void {
    // A socket that was let go may still have frames on the way.
    if (!this.#sessions.includes(session)) return;
    const now = this.#now();
    session.lastFrameAt = now;
    if (session.expiresAt <= now) {
      this.presence.expire(session);
      return;
    }
    const frame = parseFrame(data);
    if ("refusal" in frame) {
      session.sendError(frame.refusal.code, frame.refusal.message, frame.clientId);
      return;
    }
    const { event } = frame;
    switch (event.type) {
      case "chat_message": {
        const clientId = event.client_id ?? null;
        const posted = this.post(session.userId, event.content, clientId);
        if (!posted.ok) session.sendError(posted.code, posted.message, clientId);
        else if (posted.value.repeated) this.#echo(session, posted.value.message);
        break;
      }
      case "typing":
        this.presence.startTyping(session);
        break;
      case "stop_typing":
        this.presence.stopTyping(session);
        break;
      case "mark_read":
        this.markRead(session.userId, event.message_ids ?? null);
        break;
      default:
        event satisfies never;
    }
  }

  /**
   * Stores a message and sends it to everyone (C3, C16). A `clientId` that the sender has used before gives the message it was
   * used for, and changes nothing.
   */
  post(
    senderId: number,
    content: string,
    clientId: string | null,
  ): Result<{ message: ReadMessage; repeated: boolean }> {
    const bad = refuseContent(content, this.#settings.maxMessageLength);
    if (bad !== null) return bad;
    const known = clientId === null ? null : this.#store.messageByClientId(senderId, clientId);
    if (known !== null) {
      if (known.content !== content) return refuse("IDEMPOTENCY_CONFLICT");
      return ok({ message: this.#withReadTime(known), repeated: true });
    }
    const waitSeconds = this.#sendLimit.take(senderId, this.#now());
    if (waitSeconds > 0) return { ...refuse("RATE_LIMITED"), retryAfterSeconds: waitSeconds };

    this.presence.endTyping(senderId);
    const message: MessageRecord = {
      id: this.lastId + 1,
      senderId,
      content,
      // A clock that steps back must not make history run backwards.
      sentAt: Math.max(this.#now(), this.#lastMessage?.sentAt ?? 0),
      clientId,
      version: this.#version + 1,
    };
    this.#store.insertMessage(message);
    this.#version = message.version;
    this.#lastMessage = message;
    this.#participants.messageSent(senderId);
    this.#broadcast.toAll(this.#toEvent(message), {
      own: clientId === null ? null : { userId: senderId, clientId },
    });
    for (const userId of this.#sessions.users())
      if (userId !== senderId) this.markDelivered(userId, message.id);
    return ok({ message: { ...message, readAt: null }, repeated: false });
  }

  /** Turns to read what others sent among `messageIds`, or everything; the rest is passed over (C5, R5). */
  markRead(readerId: number, messageIds: readonly number[] | null): MarkedRead {
    const readAt = this.#now();
    const reader = this.#participants.get(readerId);
    if (reader === undefined || reader.unreadCount === 0) return { messageIds: [], readAt };
    const asked = messageIds?.filter((id) => id > reader.readThrough && id <= this.lastId) ?? null;
    if (asked?.length === 0) return { messageIds: [], readAt };
    const fromId = asked === null ? reader.readThrough + 1 : asked.reduce((a, b) => Math.min(a, b));
    const toId = asked === null ? this.lastId : asked.reduce((a, b) => Math.max(a, b));
    const wanted = asked && new Set(asked);
    const { runs, read } = readRuns(
      this.#store.unreadIds(readerId, fromId, toId),
      (id) => wanted === null || wanted.has(id),
      this.#store.receiptStarts(readerId, fromId, toId),
    );
    if (read.length === 0) return { messageIds: [], readAt };
    const version = this.#version + 1;
    for (const { firstId, lastId } of runs)
      this.#store.insertReceipt({ readerId, firstId, lastId, readAt, version });
    this.#version = version;
    const [firstUnread] = this.#store.unreadIds(readerId, reader.readThrough + 1, this.lastId, 1);
    this.#participants.messagesRead(readerId, read.length, (firstUnread ?? this.lastId + 1) - 1);
    this.#broadcast.toAll({
      type: "messages_read",
      message_ids: read,
      read_by: readerId,
      read_at: toTime(readAt),
    });
    return { messageIds: read, readAt };
  }

  /** A device of the user has every message up to `through`. */
  markDelivered(userId: number, through: number): void {
    if (!this.#participants.delivered(userId, through)) return;
    this.#broadcast.toAll(
      { type: "messages_delivered", user_id: userId, through },
      { except: userId, syncOnly: true },
    );
  }

  /** What `userId` sees: the conversation in short and a stretch of its history (R2, R4, R9). */
  view(userId: number, range: HistoryRange): RoomView {
    const size = "page" in range ? range.pageSize : range.limit;
    const toId =
      "page" in range ? this.lastId - (range.page - 1) * size : Math.min(range.before - 1, this.lastId);
    const fromId = Math.max(1, toId - size + 1);
    const heldFrom = Math.max(fromId, this.#record.firstId);
    return {
      conversation: this.conversationFor(userId),
      lastId: this.lastId,
      version: this.#version,
      fromId,
      toId,
      messages:
        toId < heldFrom
          ? []
          : withReadTimes(
              this.#store.messagesBetween(heldFrom, toId),
              this.#store.receiptsBetween(this.#participants.ids, heldFrom, toId),
            ),
      firstId: this.#record.firstId,
    };
  }

  /** The conversation in short, as `userId` sees it (F1, F3). */
  conversationFor(userId: number): Conversation {
    const participants = this.#participants.roster;
    const last = this.#lastMessage && this.#withReadTime(this.#lastMessage);
    return {
      id: this.conversationId,
      participants,
      other_participant: otherOf(participants, userId),
      created_at: toTime(this.#record.createdAt),
      updated_at: toTime(last?.sentAt ?? this.#record.createdAt),
      last_message: last && {
        id: last.id,
        content: last.content,
        sender_id: last.senderId,
        timestamp: toTime(last.sentAt),
        is_read: last.readAt !== null,
      },
      unread_count: this.#participants.get(userId)?.unreadCount ?? 0,
    };
  }

  /** The rows that changed after a version, for whoever follows the room. */
  changesAfter(version: number, limit: number): RoomChanges {
    return changesAfter(this.#store, this.#bounds, version, limit);
  }

  get #bounds(): LogBounds {
    return { firstId: this.#record.firstId, lastId: this.lastId, version: this.#version };
  }

  #resume(session: Session, since: number): void {
    const room = {
      conversationId: this.conversationId,
      baseVersion: this.#record.baseVersion,
      version: this.#version,
      lastId: this.lastId,
      progress: this.#participants.progress(),
      changesAfter: (version: number, limit: number) => this.changesAfter(version, limit),
      toEvent: (message: MessageRecord) => this.#toEvent(message),
    };
    for (const event of resumeEvents(room, since, session.userId)) this.#broadcast.to(session, event);
  }

  #echo(session: Session, message: MessageRecord): void {
    const { clientId } = message;
    this.#broadcast.to(
      session,
      this.#toEvent(message),
      clientId === null ? null : { userId: session.userId, clientId },
    );
  }

  #toEvent(message: MessageRecord): ChatMessageEvent {
    return {
      type: "chat_message",
      message_id: message.id,
      conversation_id: this.conversationId,
      content: message.content,
      sender_id: message.senderId,
      sender_username: this.#participants.usernameOf(message.senderId),
      timestamp: toTime(message.sentAt),
    };
  }

  #withReadTime(message: MessageRecord): ReadMessage {
    const receipts = this.#store.receiptsBetween(this.#participants.ids, message.id, message.id);
    const [read] = withReadTimes([message], receipts);
    return read ?? { ...message, readAt: null };
  }
}
