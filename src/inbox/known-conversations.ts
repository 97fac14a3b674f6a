/**
 * What the inbox knows of the user's conversations: the list as D1 last gave it, kept fresh by what the rooms tell since. D1
 * is asked first, always; this answers only while D1 does not. A copy is stored now and then, for after hibernation.
 */
import * as v from "valibot";
import { byActivity } from "../directory/conversations.ts";
import { migrate } from "../lib/sql-migrations.ts";
import { conversationSchema, type Conversation } from "../protocol/shapes.ts";
import { inboxMigrations } from "./migrations.ts";

/** The stored copy may be this old before it is stored anew, in milliseconds, unless there is a new conversation. */
const COPY_AGE_MS = 10 * 60_000;

/** Longer lists are not kept: they would fill the object's memory for the sake of an outage. */
const MAX_KNOWN = 1_000;

/** The conversations of one user, by what has been told of them. */
export class KnownConversations {
  readonly #storage: DurableObjectStorage;
  readonly #known = new Map<number, Conversation>();
  /** Whether a whole list is known, and not just what rooms have told. */
  #isWhole = false;
  #copiedAt = 0;
  #copiedLength = -1;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Takes over the list as D1 has it. */
  replace(list: readonly Conversation[], now: number): void {
    this.#known.clear();
    this.#isWhole = list.length <= MAX_KNOWN;
    if (!this.#isWhole) return;
    for (const conversation of list) this.#known.set(conversation.id, conversation);
    if (list.length !== this.#copiedLength || now - this.#copiedAt >= COPY_AGE_MS) this.#copy(now);
  }

  /** Takes over one conversation's newest state; says whether it is new in a list that is known. */
  put(conversation: Conversation, now: number): boolean {
    const isNew = this.isWhole && !this.#known.has(conversation.id);
    this.#known.set(conversation.id, conversation);
    if (isNew) this.#copy(now);
    return isNew;
  }

  /** Whether the whole list is known, in memory or in the stored copy. */
  get isWhole(): boolean {
    this.#load();
    return this.#isWhole;
  }

  /** The whole list, last active first; null where only parts are known. */
  list(): Conversation[] | null {
    return this.isWhole ? [...this.#known.values()].sort(byActivity) : null;
  }

  /** The one-to-one conversation with a user, if it is known. */
  with(userId: number): Conversation | null {
    this.#load();
    for (const conversation of this.#known.values()) {
      if (conversation.other_participant.id === userId) return conversation;
    }
    return null;
  }

  #copy(now: number): void {
    migrate(this.#storage, inboxMigrations);
    this.#storage.sql.exec(
      "INSERT INTO copy (id, conversations) VALUES (1, ?) ON CONFLICT DO UPDATE SET conversations = excluded.conversations",
      JSON.stringify([...this.#known.values()]),
    );
    this.#copiedAt = now;
    this.#copiedLength = this.#known.size;
  }

  #load(): void {
    if (this.#isWhole) return;
    migrate(this.#storage, inboxMigrations);
    const [row] = this.#storage.sql
      .exec<{ conversations: string }>("SELECT conversations FROM copy")
      .toArray();
    if (row === undefined) return;
    const copy = v.safeParse(v.array(conversationSchema), JSON.parse(row.conversations));
    if (!copy.success) return;
    for (const conversation of copy.output) {
      // What rooms have told since is newer.
      if (!this.#known.has(conversation.id)) this.#known.set(conversation.id, conversation);
    }
    this.#isWhole = true;
  }
}
