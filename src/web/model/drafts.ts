/** What was written and not sent, by user and conversation. Kept on the device, so that it outlives a reload. */
import { deviceStorage } from "./storage.ts";

/** One user's drafts. */
export class Drafts {
  readonly #userId: number | null;
  readonly #listeners = new Set<() => void>();
  /** Counts changes, so that lists know when to look again. */
  #version = 0;

  /** @param userId null while it is not known: then nothing is kept */
  constructor(userId: number | null) {
    this.#userId = userId;
  }

  get(conversationId: number): string {
    return this.#userId === null ? "" : (deviceStorage.get(this.#key(conversationId)) ?? "");
  }

  set(conversationId: number, text: string): void {
    if (this.#userId === null || text === this.get(conversationId)) return;
    deviceStorage.set(this.#key(conversationId), text === "" ? null : text);
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  #key(conversationId: number): string {
    return `bizbuch-chat/draft/${this.#userId}/${conversationId}`;
  }
}
