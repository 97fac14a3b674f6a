/** Who takes part in a conversation, and how far each of them is: what they have not read, and what has reached them. */
import type { ParticipantRecord } from "../directory/records.ts";
import { defaultUsername } from "../directory/users.ts";
import type { Progress } from "../protocol/server-events.ts";
import type { User } from "../protocol/shapes.ts";
import { firstIdAfter, type LogBounds } from "./changes.ts";
import type { RoomProgress, RoomStore } from "./store.ts";

interface Participant {
  profile: User;
  /** Everything up to this id that others sent is read. */
  readThrough: number;
  unreadCount: number;
  /** A device of theirs has everything up to this id. */
  deliveredThrough: number;
}

/** The participants of one room, by ascending id. */
export class Participants {
  readonly #store: RoomStore;
  readonly #byId: ReadonlyMap<number, Participant>;

  /** Takes up what is stored; counts are made good from the last one on, as counting all would read all that was never read. */
  constructor(store: RoomStore, { unread, countedAt, delivered }: RoomProgress, bounds: LogBounds) {
    this.#store = store;
    const firstNewId = firstIdAfter(store, bounds, countedAt);
    this.#byId = new Map(
      store.participants().map(({ profile, readThrough }) => [
        profile.id,
        {
          profile,
          readThrough,
          unreadCount: (unread[profile.id] ?? 0) + store.unreadChange(profile.id, countedAt, firstNewId),
          deliveredThrough: delivered[profile.id] ?? 0,
        },
      ]),
    );
  }

  get ids(): number[] {
    return [...this.#byId.keys()];
  }

  get roster(): User[] {
    return [...this.#byId.values()].map(({ profile }) => profile);
  }

  has(userId: number): boolean {
    return this.#byId.has(userId);
  }

  get(userId: number): Readonly<Participant> | undefined {
    return this.#byId.get(userId);
  }

  usernameOf(userId: number): string {
    return this.#byId.get(userId)?.profile.username ?? defaultUsername(userId);
  }

  /** Takes over the directory's newest profiles; writes only what changed. */
  updateProfiles(roster: readonly User[]): void {
    for (const profile of roster) {
      const participant = this.#byId.get(profile.id);
      if (participant === undefined || JSON.stringify(participant.profile) === JSON.stringify(profile))
        continue;
      participant.profile = profile;
      this.#store.saveParticipant(participant);
    }
  }

  /** Everyone but its sender has one message more to read. */
  messageSent(senderId: number): void {
    for (const [userId, participant] of this.#byId) if (userId !== senderId) participant.unreadCount += 1;
  }

  /** A user has read so many messages, and now everything up to `readThrough`. */
  messagesRead(userId: number, count: number, readThrough: number): void {
    const participant = this.#byId.get(userId);
    if (participant === undefined) return;
    participant.unreadCount -= count;
    if (readThrough <= participant.readThrough) return;
    participant.readThrough = readThrough;
    this.#store.saveReadThrough(userId, readThrough);
  }

  /** A device of the user has every message up to `through`; says whether that is news. */
  delivered(userId: number, through: number): boolean {
    const participant = this.#byId.get(userId);
    if (participant === undefined || participant.deliveredThrough >= through) return false;
    participant.deliveredThrough = through;
    return true;
  }

  /** How far everyone is, for a client. */
  progress(): Progress[] {
    return [...this.#byId].map(([userId, { deliveredThrough, readThrough }]) => ({
      user_id: userId,
      delivered_through: Math.max(deliveredThrough, readThrough),
      read_through: readThrough,
    }));
  }

  /** The counts that are kept with the followers' progress. */
  tallies(): Pick<RoomProgress, "delivered" | "unread"> {
    const entries = [...this.#byId];
    return {
      delivered: Object.fromEntries(
        entries.map(([userId, { deliveredThrough }]) => [userId, deliveredThrough]),
      ),
      unread: Object.fromEntries(entries.map(([userId, { unreadCount }]) => [userId, unreadCount])),
    };
  }

  /** What the archive is told of some users at a version. */
  records(userIds: Iterable<number>, version: number): ParticipantRecord[] {
    return [...userIds].flatMap((userId) => {
      const participant = this.#byId.get(userId);
      if (participant === undefined) return [];
      const { unreadCount, readThrough } = participant;
      return [{ userId, unreadCount, readThrough, version }];
    });
  }
}
