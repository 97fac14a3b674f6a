/**
 * The rules of a conversation: what a send, a read, a join do. Plain synchronous code over a store, the sessions and a clock,
 * so that nothing can come between a decision and its commit. Every change raises the room's version by one.
 */
import {
  withReadTimes,
  type MessageRecord,
  type ParticipantRecord,
  type ReadMessage,
} from "../directory/records.ts";
import { otherOf } from "../directory/conversations.ts";
import { defaultUsername } from "../directory/users.ts";
import { ok, refuse, type Result } from "../protocol/codes.ts";
import { parseFrame } from "../protocol/frames.ts";
import { CHANGES_PER_FRAME, MAX_RESUME_CHANGES } from "../protocol/limits.ts";
import type { ChatMessageEvent, Progress } from "../protocol/server-events.ts";
import type { Conversation, User } from "../protocol/shapes.ts";
import { refuseContent, toTime } from "../protocol/values.ts";
import { RateLimit } from "../lib/rate-limit.ts";
import { Broadcast } from "./broadcast.ts";
import { changesAfter, firstIdAfter, toReadRange, type LogBounds, type RoomChanges } from "./changes.ts";
import { Presence } from "./presence.ts";
import { readRuns } from "./read-runs.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { RoomProgress, RoomRecord, RoomStore } from "./store.ts";

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

interface Participant {
  profile: User;
  readThrough: number;
  unreadCount: number;
  deliveredThrough: number;
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
  readonly #participants: Map<number, Participant>;
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
    const { unread, countedAt, delivered } = record.progress;
    const firstNewId = firstIdAfter(store, this.#bounds, countedAt);
    this.#participants = new Map(
      store.participants().map(({ profile, readThrough }) => [
        profile.id,
        {
          profile,
          readThrough,
          // What came since the last count; counting all would read all that a user never read.
          unreadCount: (unread[profile.id] ?? 0) + store.unreadChange(profile.id, countedAt, firstNewId),
          deliveredThrough: delivered[profile.id] ?? 0,
        },
      ]),
    );
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
      (userId) => this.usernameOf(userId),
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

  /** The participants' profiles, by ascending id. */
  get roster(): User[] {
    return [...this.#participants.values()].map(({ profile }) => profile);
  }

  get version(): number {
    return this.#version;
  }

  get lastId(): number {
    return this.#lastMessage?.id ?? 0;
  }

  /** The counts that are kept with the followers' progress. */
  tallies(): Pick<RoomProgress, "delivered" | "unread" | "countedAt"> {
    const entries = [...this.#participants];
    return {
      delivered: Object.fromEntries(
        entries.map(([userId, { deliveredThrough }]) => [userId, deliveredThrough]),
      ),
      unread: Object.fromEntries(entries.map(([userId, { unreadCount }]) => [userId, unreadCount])),
      countedAt: this.#version,
    };
  }

  get participantIds(): number[] {
    return [...this.#participants.keys()];
  }

  has(userId: number): boolean {
    return this.#participants.has(userId);
  }

  usernameOf(userId: number): string {
    return this.#participants.get(userId)?.profile.username ?? defaultUsername(userId);
  }

  /** Takes over the directory's newest profiles; writes only what changed. */
  updateProfiles(roster: readonly User[]): void {
    for (const profile of roster) {
      const participant = this.#participants.get(profile.id);
      if (participant === undefined || JSON.stringify(participant.profile) === JSON.stringify(profile))
        continue;
      participant.profile = profile;
      this.#store.saveParticipant(participant);
    }
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
    for (const [userId, participant] of this.#participants)
      if (userId !== senderId) participant.unreadCount += 1;
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
    reader.unreadCount -= read.length;
    const [firstUnread] = this.#store.unreadIds(readerId, reader.readThrough + 1, this.lastId, 1);
    const readThrough = (firstUnread ?? this.lastId + 1) - 1;
    if (readThrough > reader.readThrough) {
      this.#store.saveReadThrough(readerId, readThrough);
      reader.readThrough = readThrough;
    }
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
    const participant = this.#participants.get(userId);
    if (participant === undefined || participant.deliveredThrough >= through) return;
    participant.deliveredThrough = through;
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
              this.#store.receiptsBetween(this.participantIds, heldFrom, toId),
            ),
      firstId: this.#record.firstId,
    };
  }

  /** What the archive and the inboxes are told of a participant. */
  participantRecords(userIds: Iterable<number>): ParticipantRecord[] {
    return [...userIds].flatMap((userId) => {
      const participant = this.#participants.get(userId);
      if (participant === undefined) return [];
      const { unreadCount, readThrough } = participant;
      return [{ userId, unreadCount, readThrough, version: this.#version }];
    });
  }

  /** The conversation in short, as `userId` sees it (F1, F3). */
  conversationFor(userId: number): Conversation {
    const participants = this.roster;
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
    const progress: Progress[] = [...this.#participants].map(([userId, participant]) => ({
      user_id: userId,
      delivered_through: Math.max(participant.deliveredThrough, participant.readThrough),
      read_through: participant.readThrough,
    }));
    const position = {
      conversation_id: this.conversationId,
      version: this.#version,
      last_message_id: this.lastId,
      progress,
    };
    // Before `baseVersion` changes can't be told apart; beyond the version, the cursor is not of this room's making.
    const reachable =
      since >= this.#record.baseVersion &&
      since <= this.#version &&
      this.#version - since <= MAX_RESUME_CHANGES;
    if (!reachable) {
      this.#broadcast.to(session, { type: "resync", ...position });
      return;
    }
    for (let version = since; version < this.#version;) version = this.#sendChanges(session, version);
    this.#broadcast.to(session, { type: "synced", ...position });
  }

  /** Sends one bounded frame of changes after `version`; returns the version up to which the client now is. */
  #sendChanges(session: Session, version: number): number {
    const { messages, receipts, upTo } = this.changesAfter(version, CHANGES_PER_FRAME);
    this.#broadcast.to(session, {
      type: "changes",
      conversation_id: this.conversationId,
      messages: messages.map((message) => {
        const { type: _type, ...fields } = this.#toEvent(message);
        const own = message.clientId !== null && message.senderId === session.userId;
        return own ? { ...fields, client_id: message.clientId } : fields;
      }),
      reads: receipts.map(toReadRange),
      version: upTo,
      has_more: upTo < this.#version,
    });
    return upTo;
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
      sender_username: this.usernameOf(message.senderId),
      timestamp: toTime(message.sentAt),
    };
  }

  #withReadTime(message: MessageRecord): ReadMessage {
    const receipts = this.#store.receiptsBetween(this.participantIds, message.id, message.id);
    const [read] = withReadTimes([message], receipts);
    return read ?? { ...message, readAt: null };
  }
}
