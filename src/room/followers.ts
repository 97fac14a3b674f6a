/** Who follows the room: the archive in D1 and the inbox of each participant. They never hold up the room. */
import { appendToArchive, restoreConversation } from "../directory/archive.ts";
import { openDatabase } from "../directory/database.ts";
import type { Env } from "../env.ts";
import { Follower } from "../lib/follower.ts";
import { withTimeout } from "../lib/timeout.ts";
import { PREVIEW_LENGTH } from "../protocol/limits.ts";
import { firstCharacters, toTime } from "../protocol/values.ts";
import { archiveRest, BATCH, INBOX_REST_MS } from "./pace.ts";
import type { RoomChanges } from "./changes.ts";
import type { Room } from "./room.ts";
import type { RoomProgress, RoomStore } from "./store.ts";

/** A push that takes longer counts as failed. It may still arrive, which does no harm. */
const PUSH_TIMEOUT_MS = 15_000;

/** How long a notification, or the answer to a REST write, waits for the archive (R8). */
export const ARCHIVE_PATIENCE_MS = 2_000;

/** A crash between a commit and its followers is made good by an alarm this much later. */
const SAFETY_NET_MS = 10_000;

/** While the followers never come to rest, their progress is saved every so many versions. */
const SAVE_EVERY = 1_000;

/** The followers of one room. */
export class Followers {
  readonly archive: Follower;
  /** In the order of the room's participants. */
  readonly #inboxes: readonly Follower[];
  readonly #all: readonly Follower[];
  readonly #env: Env;
  readonly #room: Room;
  readonly #store: RoomStore;
  readonly #now: () => number;
  readonly #onIdle: () => void;
  #saved: RoomProgress;
  /** The archive's own time of the last push. */
  #archivedAt: number | null = null;
  /** What the last push to the archive brought: as a rule the inboxes want the same, and need not have it read again. */
  #archived: (RoomChanges & { readonly since: number }) | null = null;

  /** @param onIdle called when a follower has come to rest, for a new look at what is due */
  constructor(
    env: Env,
    room: Room,
    store: RoomStore,
    progress: RoomProgress,
    now: () => number,
    onIdle: () => void,
  ) {
    this.#env = env;
    this.#room = room;
    this.#store = store;
    this.#saved = progress;
    this.#now = now;
    this.#onIdle = onIdle;
    this.archive = this.#follower(
      "archive",
      progress.archived,
      (since) => this.#pushToArchive(since),
      archiveRest,
    );
    this.#inboxes = room.participants.ids.map((userId) =>
      this.#follower(
        `inbox:${userId}`,
        progress.notified[userId] ?? 0,
        (since) => this.#pushToInbox(userId, since),
        () => INBOX_REST_MS,
      ),
    );
    this.#all = [this.archive, ...this.#inboxes];
  }

  /** The room has changed, or something is due. */
  poke(): void {
    for (const follower of this.#all) follower.poke();
  }

  /** Whether each of them is at work, and so will see by itself what has changed. */
  get areRunning(): boolean {
    return this.#all.every((follower) => follower.isRunning);
  }

  /** When an alarm should come to look after the followers, in milliseconds; Infinity where all are up to date. */
  dueAt(): number {
    const soon = this.#now() + SAFETY_NET_MS;
    let due = Infinity;
    for (const follower of this.#all) {
      if (!follower.isBehind) continue;
      due = Math.min(due, follower.retryAt > this.#now() ? follower.retryAt : soon);
    }
    return due;
  }

  /** Has D1 get everything anew, for when it has lost it. */
  async rearchive(): Promise<void> {
    const { conversationId, createdAt, participants } = this.#room;
    await restoreConversation(openDatabase(this.#env), conversationId, createdAt, participants.roster);
    this.archive.rewind();
    // Kept at once: a crash must not forget that there is all to do.
    this.saveProgress();
  }

  /** Keeps how far the followers are, if that has changed: one row. */
  saveProgress(): void {
    const progress: RoomProgress = {
      archived: this.archive.position,
      notified: Object.fromEntries(
        this.#room.participants.ids.map((userId, index) => [userId, this.#inboxes[index]?.position ?? 0]),
      ),
      ...this.#room.participants.tallies(),
      countedAt: this.#room.version,
    };
    if (JSON.stringify(progress) === JSON.stringify(this.#saved)) return;
    this.#store.saveProgress(progress);
    this.#saved = progress;
  }

  #follower(
    name: string,
    position: number,
    push: (since: number) => Promise<number>,
    restAfter: (tookMs: number) => number,
  ): Follower {
    return new Follower({
      name,
      position,
      restAfter,
      push: (since) => withTimeout(push(since), PUSH_TIMEOUT_MS, `a push to ${name}`),
      version: () => this.#room.version,
      now: this.#now,
      onIdle: () => {
        if (!this.#all.some((follower) => follower.isRunning)) {
          // The last to come to rest saves for all: one row, not one each.
          this.saveProgress();
          this.#archived = null;
        }
        this.#onIdle();
      },
    });
  }

  async #pushToArchive(since: number): Promise<number> {
    const changes = this.#room.changesAfter(since, BATCH);
    const { messages, receipts, upTo } = changes;
    const affected = new Set(receipts.map((receipt) => receipt.readerId));
    const senders = new Set(messages.map((message) => message.senderId));
    for (const senderId of senders) {
      for (const userId of this.#room.participants.ids) if (userId !== senderId) affected.add(userId);
    }
    this.#archivedAt = await appendToArchive(openDatabase(this.#env), this.#room.conversationId, {
      messages,
      receipts,
      participants: this.#room.participants.records(affected, this.#room.version),
    });
    this.#archived = { ...changes, since };
    if (upTo - this.#saved.archived >= SAVE_EVERY) this.saveProgress();
    return upTo;
  }

  async #pushToInbox(userId: number, since: number): Promise<number> {
    const isArchived = await this.archive.reached(this.#room.version, ARCHIVE_PATIENCE_MS);
    const room = this.#room;
    const changes =
      isArchived && this.#archived?.since === since ? this.#archived : room.changesAfter(since, BATCH);
    // What came during the wait has its own to wait for.
    const upTo = isArchived ? Math.min(changes.upTo, this.archive.position) : changes.upTo;
    const newMessages = changes.messages
      .filter((message) => message.version <= upTo && message.senderId !== userId)
      .map((message) => ({
        messageId: message.id,
        senderId: message.senderId,
        senderUsername: room.participants.usernameOf(message.senderId),
        preview: firstCharacters(message.content, PREVIEW_LENGTH),
        timestamp: toTime(message.sentAt),
      }));
    // A new stub each time: one that has seen its object reset stays broken.
    const inbox = this.#env.USER_INBOX.getByName(String(userId));
    const { received } = await inbox.notify({
      conversation: room.conversationFor(userId),
      newMessages,
      version: room.version,
      cursor: isArchived ? this.#archivedAt : null,
    });
    const newest = newMessages.at(-1);
    if (received && newest !== undefined) room.markDelivered(userId, newest.messageId);
    return upTo;
  }
}
