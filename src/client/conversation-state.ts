/** What is known of a conversation, and how events change it. No sockets and no timers: those are the store's. */
import type { ConversationDetail, HistoryPage } from "../protocol/rest.ts";
import type {
  ChatEvent,
  ChatMessageEvent,
  Progress,
  ReadRange,
  SyncedMessage,
} from "../protocol/server-events.ts";
import type { User } from "../protocol/shapes.ts";
import { MessageLog, range } from "./message-log.ts";

/** The events that change what is known for good. */
export type StateEvent = Extract<
  ChatEvent,
  { type: "chat_message" | "messages_read" | "messages_delivered" | "changes" }
>;

/** Whether an event could be taken; `gap` means that something before it is missing. */
export type Applied = "ok" | "gap";

/** The replicated part of a conversation. */
export class ConversationState {
  readonly log = new MessageLog();
  #version: number | null = null;
  #participants: readonly User[] = [];
  #other: User | null = null;
  #unreadCount = 0;
  /** Whether messages that are not held were read elsewhere, so that the count has to be made anew. */
  #unreadUnsure = false;
  /** All messages up to this one are known to be read by the user, or their own. */
  #readThrough = 0;

  /** The cursor to resume from; null before the first load. */
  get version(): number | null {
    return this.#version;
  }

  get participants(): readonly User[] {
    return this.#participants;
  }

  get other(): User | null {
    return this.#other;
  }

  get unreadCount(): number {
    return this.#unreadCount;
  }

  /** The user's own id: that of the participant who is not the other one. */
  get me(): number | null {
    return this.#participants.find((user) => user.id !== this.#other?.id)?.id ?? null;
  }

  /** Takes over the newest state from REST, and how far each participant is, where that is known. */
  adopt(detail: ConversationDetail, progress: readonly Progress[] = []): void {
    // The server has lost data, or is another one: nothing that is held counts any more.
    if (this.#version !== null && detail.version < this.#version) {
      this.log.clear();
      this.#readThrough = 0;
    }
    this.log.adopt(detail.messages);
    this.#version = detail.version;
    this.#participants = detail.participants;
    this.#other = detail.other_participant;
    this.#unreadCount = detail.unread_count;
    this.#unreadUnsure = false;
    if (this.#unreadCount === 0) this.#readThrough = this.log.lastId;
    for (const each of progress) this.#takeProgressOf(each);
    const oldest = detail.messages.at(-1);
    if (oldest !== undefined) this.log.dropUnsettled(oldest.id);
  }

  /** Puts an older page before what is held. */
  prepend(page: HistoryPage): void {
    this.log.prepend(page.results);
  }

  /** Whether a live event comes right after what is known; must be asked before anything is made of it. */
  follows(event: ChatEvent): boolean {
    if (this.#version === null || !("version" in event) || event.version === undefined) return true;
    switch (event.type) {
      case "chat_message":
        return event.message_id <= this.log.lastId
          ? event.version <= this.#version
          : event.message_id === this.log.lastId + 1 && event.version === this.#version + 1;
      case "messages_read":
        return event.version <= this.#version + 1;
      case "changes":
      case "synced":
      case "resync":
        return true;
      default:
        return event.version <= this.#version;
    }
  }

  /** Applies an event that {@link follows}. Sockets may repeat themselves; what is known already changes nothing. */
  apply(event: StateEvent): Applied {
    switch (event.type) {
      case "chat_message":
        if (event.message_id > this.log.lastId) this.#append(event);
        break;
      case "messages_read":
        if (event.version !== undefined && event.version <= (this.#version ?? 0)) return "ok";
        this.log.markRead(event.read_by, event.message_ids, event.read_at);
        if (event.read_by === this.me) this.#readByMe(event.message_ids.length);
        break;
      case "messages_delivered":
        if (event.user_id !== this.me) this.log.markDelivered(event.through);
        return "ok";
      case "changes":
        return this.#applyChanges(event.messages, event.reads, event.version);
      default:
        event satisfies never;
    }
    if (event.version !== undefined) this.#version = Math.max(event.version, this.#version ?? 0);
    return "ok";
  }

  /** Takes over how far each participant is, at the end of a resume. @returns false where the state has to be refetched */
  takeProgress(progress: readonly Progress[], lastMessageId: number): boolean {
    for (const each of progress) this.#takeProgressOf(each);
    if (this.log.lastId < lastMessageId) return false;
    return this.#settleUnread();
  }

  /** The ids up to `through` that may still be unread: what is not held is included, the server passes over the rest. */
  unreadIds(through: number): number[] {
    return [...range(this.#readThrough + 1, Math.min(through, this.log.lastId))].filter((id) => {
      const message = this.log.get(id);
      return message === undefined || (!message.mine && message.status !== "read");
    });
  }

  #takeProgressOf({ user_id, delivered_through, read_through }: Progress): void {
    if (user_id === this.me) this.#readThrough = Math.max(this.#readThrough, read_through);
    else this.log.markDelivered(delivered_through);
    this.log.markRead(user_id, range(this.log.firstId, Math.min(read_through, this.log.lastId)), null);
  }

  #append(message: SyncedMessage | ChatMessageEvent): boolean {
    const mine = message.sender_id === this.me;
    if (!this.log.append(message, mine)) return false;
    if (!mine) this.#unreadCount += 1;
    return true;
  }

  #applyChanges(messages: readonly SyncedMessage[], reads: readonly ReadRange[], version: number): Applied {
    for (const message of messages) {
      if (message.message_id > this.log.lastId && !this.#append(message)) return "gap";
    }
    for (const { read_by, first_id, last_id, read_at } of reads) {
      if (read_by === this.me) {
        const ids = [...range(Math.max(first_id, this.log.firstId), last_id)];
        this.#readByMe(ids.filter((id) => this.#isUnread(id)).length);
        this.#unreadUnsure = true;
      }
      this.log.markRead(read_by, range(Math.max(first_id, this.log.firstId), last_id), read_at);
    }
    this.#version = Math.max(version, this.#version ?? 0);
    return "ok";
  }

  #readByMe(count: number): void {
    this.#unreadCount = Math.max(0, this.#unreadCount - count);
    if (this.#unreadCount === 0 && !this.#unreadUnsure) this.#readThrough = this.log.lastId;
  }

  #isUnread(id: number): boolean {
    const message = this.log.get(id);
    return message !== undefined && !message.mine && message.status !== "read";
  }

  #settleUnread(): boolean {
    if (!this.#unreadUnsure) return true;
    if (this.#readThrough < this.log.firstId - 1) return false;
    const unread = [...range(this.#readThrough + 1, this.log.lastId)].filter((id) => this.#isUnread(id));
    this.#unreadCount = unread.length;
    this.#unreadUnsure = false;
    return true;
  }
}
