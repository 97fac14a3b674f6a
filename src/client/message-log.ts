/** The stored messages of a conversation that the client holds: one unbroken run of ids, oldest first. */
import type { SyncedMessage } from "../protocol/server-events.ts";
import type { Message } from "../protocol/shapes.ts";
import type { ChatMessage, MessageStatus } from "./types.ts";

/** An unbroken run of messages. */
export class MessageLog {
  #messages: readonly ChatMessage[] = [];
  #firstId = 1;
  /** A device of somebody else has all messages up to this one. */
  #deliveredThrough = 0;

  /** Oldest first; a new array after each change. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** The oldest id held; above `lastId` where none is. */
  get firstId(): number {
    return this.#firstId;
  }

  /** The newest id held; 0 in a conversation without messages. */
  get lastId(): number {
    return this.#firstId + this.#messages.length - 1;
  }

  get(id: number): ChatMessage | undefined {
    return this.#messages[id - this.#firstId];
  }

  /** Takes over the newest page, newest first; what is held already stays where no gap is between the two. */
  adopt(page: readonly Message[]): void {
    const messages = page.map((message) => this.#fromRest(message)).reverse();
    const [oldest] = page.slice(-1);
    if (oldest === undefined) {
      this.#messages = [];
      this.#firstId = 1;
      return;
    }
    const joins = this.#messages.length > 0 && this.#firstId <= oldest.id && oldest.id <= this.lastId + 1;
    const older = joins ? this.#messages.slice(0, oldest.id - this.#firstId) : [];
    this.#firstId = oldest.id - older.length;
    this.#messages = [...older, ...messages];
  }

  /**
   * Lets go of what is older than `id` as far as its reading may have been missed: all up to the newest such message that was
   * not known to be read. Read messages change no more.
   */
  dropUnsettled(id: number): void {
    const older = this.#messages.slice(0, Math.max(0, id - this.#firstId));
    const count = older.findLastIndex((message) => message.status !== "read") + 1;
    if (count === 0) return;
    this.#messages = this.#messages.slice(count);
    this.#firstId += count;
  }

  /** Lets go of everything. */
  clear(): void {
    this.#messages = [];
    this.#firstId = 1;
    this.#deliveredThrough = 0;
  }

  /** Puts older messages, newest first, before the rest; those that do not join on are passed over. */
  prepend(page: readonly Message[]): void {
    const [newest] = page;
    if (newest === undefined || newest.id !== this.#firstId - 1) return;
    this.#messages = [...page.map((message) => this.#fromRest(message)).reverse(), ...this.#messages];
    this.#firstId -= page.length;
  }

  /** Adds the next message. @returns false where it is not the next */
  append(message: SyncedMessage, mine: boolean): boolean {
    if (message.message_id !== this.lastId + 1) return false;
    const added: ChatMessage = {
      key: keyOf(message.message_id, message.client_id),
      id: message.message_id,
      senderId: message.sender_id,
      content: message.content,
      timestamp: message.timestamp,
      mine,
      status: this.#status(message.message_id, mine, false),
      readAt: null,
      error: null,
    };
    this.#messages = [...this.#messages, added];
    return true;
  }

  /** What is held among `ids` and `readerId` did not send is read. */
  markRead(readerId: number, ids: Iterable<number>, readAt: string | null): void {
    this.#update(ids, (message) =>
      message.senderId === readerId || message.status === "read"
        ? message
        : { ...message, status: "read", readAt },
    );
  }

  /** A device of somebody else has all messages up to `through`. */
  markDelivered(through: number): void {
    if (through <= this.#deliveredThrough) return;
    const before = this.#deliveredThrough;
    this.#deliveredThrough = through;
    this.#update(range(Math.max(before + 1, this.#firstId), Math.min(through, this.lastId)), (message) =>
      message.status === "sent" ? { ...message, status: "delivered" } : message,
    );
  }

  #update(ids: Iterable<number>, change: (message: ChatMessage) => ChatMessage): void {
    let messages: ChatMessage[] | null = null;
    for (const id of ids) {
      const message = this.get(id);
      if (message === undefined) continue;
      const changed = change(message);
      if (changed === message) continue;
      messages ??= [...this.#messages];
      messages[id - this.#firstId] = changed;
    }
    if (messages !== null) this.#messages = messages;
  }

  #fromRest(message: Message): ChatMessage {
    const mine = message.type === "sent";
    const status = this.#status(message.id, mine, message.is_read);
    const held = this.get(message.id);
    const key = keyOf(message.id, message.client_id);
    // The same object where nothing is new, so that a view has nothing to draw again.
    if (held?.status === status && held.readAt === message.read_at && held.key === key) return held;
    return {
      key,
      id: message.id,
      senderId: message.sender.id,
      content: message.content,
      timestamp: message.timestamp,
      mine,
      status,
      readAt: message.read_at,
      error: null,
    };
  }

  #status(id: number, mine: boolean, isRead: boolean): MessageStatus {
    if (isRead) return "read";
    return !mine || id <= this.#deliveredThrough ? "delivered" : "sent";
  }
}

/** The ids from `first` to `last`. */
export function* range(first: number, last: number): Generator<number> {
  for (let id = first; id <= last; id++) yield id;
}

/** One's own message keeps the key that it had before it was stored. */
function keyOf(id: number, clientId: string | undefined): string {
  return clientId ?? `#${id}`;
}
