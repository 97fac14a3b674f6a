/** A conversation as simply as it can be said: what the room, the archive and every client have to agree with. */

export interface ModelMessage {
  readonly senderId: number;
  readonly content: string;
}

/** What a send comes to. */
export type Sent = { readonly id: number; readonly isNew: boolean } | "conflict";

export class Model {
  readonly log: ModelMessage[] = [];
  /** Ids that the one who did not send them has read. */
  readonly read = new Set<number>();
  readonly #keys = new Map<string, number>();
  version = 0;

  send(senderId: number, content: string, key: string | null): Sent {
    const known = key === null ? undefined : this.#keys.get(`${senderId} ${key}`);
    if (known !== undefined) {
      return this.log[known - 1]?.content === content ? { id: known, isNew: false } : "conflict";
    }
    this.log.push({ senderId, content });
    if (key !== null) this.#keys.set(`${senderId} ${key}`, this.log.length);
    this.version += 1;
    return { id: this.log.length, isNew: true };
  }

  /** Marks as read; returns the ids that turned. */
  markRead(readerId: number, ids: readonly number[] | null): number[] {
    const turned = this.unreadOf(readerId).filter((id) => ids === null || ids.includes(id));
    for (const id of turned) this.read.add(id);
    if (turned.length > 0) this.version += 1;
    return turned;
  }

  unreadOf(userId: number): number[] {
    return this.log.flatMap(({ senderId }, index) =>
      senderId !== userId && !this.read.has(index + 1) ? [index + 1] : [],
    );
  }
}
