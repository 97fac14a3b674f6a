/** Messages that the server has not answered yet, of all conversations of a user; kept over a reload where there is a storage. */
import type { ChatStorage } from "./types.ts";

/** A message on its way. Never changes: a change makes a new one. */
export interface OutboxEntry {
  readonly clientId: string;
  readonly conversationId: number;
  readonly content: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Why the server refused it; null while it is to be sent. */
  readonly failure: { readonly code: string; readonly message: string } | null;
}

type Entries = readonly OutboxEntry[];

/** The unanswered messages, in the order in which they were written. */
export class Outbox {
  readonly #storage: ChatStorage | null;
  #entries: readonly OutboxEntry[] = [];
  #loading: Promise<void> | null = null;
  #key: string | null = null;
  /** Ends when all that was to be written is written. */
  #writes: Promise<void> = Promise.resolve();
  /** Changes from before it was known whose outbox this is. */
  readonly #early: ((entries: Entries) => Entries)[] = [];

  constructor(storage: ChatStorage | null) {
    this.#storage = storage;
  }

  /** Conversations that have messages to be sent. */
  get waitingConversations(): number[] {
    const waiting = this.#entries.filter((entry) => entry.failure === null);
    return [...new Set(waiting.map((entry) => entry.conversationId))];
  }

  of(conversationId: number): readonly OutboxEntry[] {
    return this.#entries.filter((entry) => entry.conversationId === conversationId);
  }

  /** Reads what an earlier visit left behind, once; it goes before what was written since. */
  load(userId: number): Promise<void> {
    this.#loading ??= this.#load(`bizbuch-chat/outbox/${userId}`);
    return this.#loading;
  }

  /** Adds an entry at the end, or replaces the one with its key. */
  put(entry: OutboxEntry): void {
    this.#change((entries) => {
      const isKnown = entries.some(({ clientId }) => clientId === entry.clientId);
      if (!isKnown) return [...entries, entry];
      return entries.map((other) => (other.clientId === entry.clientId ? entry : other));
    });
  }

  remove(clientId: string): void {
    this.#change((entries) => entries.filter((entry) => entry.clientId !== clientId));
  }

  /** Resolves when all changes so far are in the storage. */
  written(): Promise<void> {
    return this.#writes;
  }

  async #load(key: string): Promise<void> {
    const early = this.#early;
    const kept = this.#storage === null ? [] : await readEntries(this.#storage, key);
    this.#entries = early.reduce((entries: Entries, change) => change(entries), kept);
    this.#key = key;
    for (const change of early) this.#write(key, change);
  }

  #change(change: (entries: Entries) => Entries): void {
    this.#entries = change(this.#entries);
    if (this.#key === null) this.#early.push(change);
    else this.#write(this.#key, change);
  }

  /** Changes what is stored rather than writing over it: another tab may have messages of its own there. */
  #write(key: string, change: (entries: Entries) => Entries): void {
    const storage = this.#storage;
    if (storage === null) return;
    this.#writes = this.#writes.then(() => changeStored(storage, key, change));
  }
}

/** A storage that answers at once is read and written in one go, so that no other tab comes in between. */
async function changeStored(
  storage: ChatStorage,
  key: string,
  change: (entries: Entries) => Entries,
): Promise<void> {
  try {
    const kept = storage.getItem(key);
    const entries = change(parseEntries(kept instanceof Promise ? await kept : kept));
    await (entries.length === 0 ? storage.removeItem(key) : storage.setItem(key, JSON.stringify(entries)));
  } catch {
    // A full or forbidden storage must not stop the chat: the message is still sent, only not kept over a reload.
  }
}

async function readEntries(storage: ChatStorage, key: string): Promise<OutboxEntry[]> {
  try {
    return parseEntries(await storage.getItem(key));
  } catch {
    return [];
  }
}

function parseEntries(text: string | null | undefined): OutboxEntry[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is OutboxEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry: Partial<Record<keyof OutboxEntry, unknown>> = value;
  return (
    typeof entry.clientId === "string" &&
    typeof entry.conversationId === "number" &&
    typeof entry.content === "string" &&
    typeof entry.createdAt === "string" &&
    (entry.failure === null || isFailure(entry.failure))
  );
}

function isFailure(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (
    "code" in value &&
    typeof value.code === "string" &&
    "message" in value &&
    typeof value.message === "string"
  );
}
