/** The list of conversations, and how events change it. */
import type { InboxEvent } from "../protocol/server-events.ts";
import type { Conversation } from "../protocol/shapes.ts";

/** The newest state of one conversation, as an event tells it. */
export type ConversationUpdate = Extract<InboxEvent, { type: "conversation_updated" }>;

/** Conversations, last active first. */
export class InboxList {
  readonly #versions = new Map<number, number>();
  #conversations: readonly Conversation[] = [];

  /** Last active first; a new array after each change. */
  get conversations(): readonly Conversation[] {
    return this.#conversations;
  }

  has(id: number): boolean {
    return this.#conversations.some((conversation) => conversation.id === id);
  }

  /** Takes over the whole list. */
  replace(conversations: readonly Conversation[]): void {
    this.#versions.clear();
    this.#conversations = conversations.toSorted(byActivity);
  }

  /** Adds conversations, or takes over their newer state. */
  merge(conversations: readonly Conversation[]): void {
    if (conversations.length === 0) return;
    const merged = new Map(this.#conversations.map((conversation) => [conversation.id, conversation]));
    for (const conversation of conversations) merged.set(conversation.id, conversation);
    this.#conversations = [...merged.values()].toSorted(byActivity);
  }

  /** Applies an update to a conversation of the list; of two, the one with the higher version counts. */
  update(event: ConversationUpdate): void {
    const held = this.#conversations.find(({ id }) => id === event.conversation_id);
    if (held === undefined || event.version < (this.#versions.get(held.id) ?? 0)) return;
    // The list has no versions: an event that was on its way while it was read may be older than it.
    if ((event.last_message?.id ?? 0) < (held.last_message?.id ?? 0)) return;
    this.#versions.set(held.id, event.version);
    const { updated_at, last_message, unread_count } = event;
    this.merge([{ ...held, updated_at, last_message, unread_count }]);
  }
}

function byActivity(a: Conversation, b: Conversation): number {
  return Date.parse(b.updated_at) - Date.parse(a.updated_at) || b.id - a.id;
}
