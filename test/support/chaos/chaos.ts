/**
 * People chat while the server is killed, D1 is taken away and connections drop; then everything that anyone was told is
 * compared, on both sides, in the room and in D1. Bounded in time, on loopback, and repeatable as far as the choice of
 * faults goes: processes and sockets keep times of their own.
 */
import { setTimeout as delay } from "node:timers/promises";
import { holdWrites, archivedConversation } from "../e2e/d1-file.ts";
import type { User } from "../e2e/client.ts";
import { makeDataFolder, removeDataFolder, startServer, type RunningServer } from "../e2e/server.ts";
import type { Message } from "../e2e/shapes.ts";
import { until } from "../e2e/until.ts";
import { World } from "../e2e/world.ts";
import { Actor } from "./actor.ts";
import { Random } from "./random.ts";

const SECRET = "one secret for every restart of the server";
const STEP_MS = 20;
const HEAL_MS = 90_000;

export interface ChaosOptions {
  readonly seed: number;
  /** How long people chat and things break, in seconds. */
  readonly seconds: number;
  readonly pairs: number;
  readonly onProgress?: (line: string) => void;
}

/** What was tried, and what was found. */
export interface ChaosReport {
  readonly seed: number;
  readonly kills: number;
  readonly outages: number;
  readonly cuts: number;
  readonly connects: number;
  readonly sent: number;
  readonly resent: number;
  readonly stored: number;
  readonly violations: readonly string[];
}

interface Chat {
  readonly conversationId: number;
  readonly actors: readonly [Actor, Actor];
}

/** Runs it. @throws where the system does not come to rest once everything is healed */
export async function runChaos({ seed, seconds, pairs, onProgress }: ChaosOptions): Promise<ChaosReport> {
  const random = new Random(seed);
  const persistTo = await makeDataFolder();
  const start = () => startServer({ persistTo, vars: { JWT_SECRET: SECRET } });
  let server: RunningServer = await start();
  const faults = { kills: 0, outages: 0, cuts: 0 };
  let outage: Disposable | null = null;
  const chats: Chat[] = [];
  const allActors = () => chats.flatMap(({ actors }) => actors);
  try {
    for (let index = 0; index < pairs; index++) {
      const { ada, bob, id } = await new World(server).pair();
      const actorFor = (user: User) =>
        new Actor(
          () => new World(server).as(user.id, user.token),
          () => server.wsUrl,
          id,
        );
      chats.push({ conversationId: id, actors: [actorFor(ada), actorFor(bob)] });
    }
    const report = () => {
      const sent = allActors().reduce((sum, { tally }) => sum + tally.sent, 0);
      const pending = allActors().reduce((sum, actor) => sum + actor.pending.size, 0);
      onProgress?.(
        `${sent} sent, ${pending} unanswered, ${faults.kills} kills, ${faults.outages} outages of D1, ${faults.cuts} cuts`,
      );
    };

    const end = Date.now() + seconds * 1000;
    // One of each first, so that even a short run has them all.
    const opening = [0, 0.3, 0.9];
    let nextFault = Date.now() + 1_000;
    while (Date.now() < end) {
      for (const actor of allActors()) if (random.chance(0.5)) actor.act(random);
      await delay(STEP_MS);
      if (Date.now() < nextFault) continue;
      nextFault = Date.now() + random.between(500, 4_000);
      const dice = opening.shift() ?? random.next();
      if (dice < 0.25) {
        faults.kills += 1;
        await server.kill9();
        // A server does not start on a database that it can't migrate.
        outage?.[Symbol.dispose]();
        outage = null;
        server = await start();
      } else if (dice < 0.5) {
        if (outage === null) {
          faults.outages += 1;
          outage = holdWrites(persistTo);
        } else {
          outage[Symbol.dispose]();
          outage = null;
        }
      } else {
        faults.cuts += 1;
        allActors()[random.between(0, pairs * 2 - 1)]?.cut();
      }
      report();
    }

    outage?.[Symbol.dispose]();
    outage = null;
    await until(
      "everyone to catch up",
      () => (allActors().every((actor) => actor.isSettled) ? true : undefined),
      HEAL_MS,
    );
    const violations: string[] = [];
    for (const chat of chats) violations.push(...(await compare(chat, new World(server), persistTo)));
    const total = (key: "sent" | "resent" | "connects") =>
      allActors().reduce((sum, { tally }) => sum + tally[key], 0);
    return {
      seed,
      ...faults,
      connects: total("connects"),
      sent: total("sent"),
      resent: total("resent"),
      stored: chats.reduce((sum, { actors: [one] }) => sum + one.lastId, 0),
      violations: [...allActors().flatMap((actor) => actor.violations), ...violations],
    };
  } finally {
    outage?.[Symbol.dispose]();
    for (const actor of allActors()) actor.stop();
    await server.stop();
    await removeDataFolder(persistTo);
  }
}

/** Holds both sides, the room and D1 against one another. */
async function compare({ conversationId, actors }: Chat, world: World, persistTo: string): Promise<string[]> {
  const found: string[] = [];
  const check = (holds: boolean, what: string) => {
    if (!holds) found.push(`conversation ${conversationId}: ${what}`);
  };
  const sent = actors.reduce((sum, { tally }) => sum + tally.sent, 0);
  const [first] = actors;
  const tokenOf = (actor: Actor) => world.token(actor.id);
  let unread = new Map<number, number>();
  for (const actor of actors) {
    const user = world.as(actor.id, tokenOf(actor));
    const history = await everything(user, conversationId);
    check(history.length === sent, `${sent} sent, ${history.length} stored`);
    check(
      history.every(({ id }, index) => id === index + 1),
      "ids with holes",
    );
    check(new Set(history.map(({ content }) => content)).size === history.length, "a message twice");
    for (const { id, content, is_read: isRead } of history) {
      check(
        actor.messages.get(id)?.content === content,
        `message ${id} differs from what ${actor.id} was told`,
      );
      check(
        actor.read.has(id) === isRead,
        `message ${id} is ${isRead ? "" : "not "}read, ${actor.id} was told otherwise`,
      );
    }
    const missing = history.filter(({ sender, is_read: isRead }) => sender.id !== actor.id && !isRead).length;
    unread = unread.set(actor.id, missing);
    const listed = await until(`the list of ${actor.id} to be right`, async () => {
      const one = await user.listed(conversationId);
      return one.last_message?.id === first.lastId && one.unread_count === missing ? one : undefined;
    });
    check(
      listed.last_message?.is_read === history.at(-1)?.is_read,
      "the list's last message is read otherwise",
    );
  }
  const archived = await until("D1 to have everything", () => {
    const held = archivedConversation(persistTo, conversationId);
    return held.messages.length >= sent ? held : undefined;
  });
  check(
    archived.messages.every(({ id, content }) => first.messages.get(id)?.content === content),
    "D1 holds other messages",
  );
  check(archived.messages.length === sent, "D1 holds more messages");
  for (const { userId, unreadCount } of archived.participants) {
    check(unread.get(userId) === unreadCount, `D1 counts ${unreadCount} unread for ${userId}`);
  }
  return found;
}

/** The whole history, oldest first. */
async function everything(user: User, conversationId: number): Promise<Message[]> {
  const firstPage = await user.messages(conversationId, "page_size=100");
  const all = [...firstPage.results];
  for (let { next } = firstPage; next !== null;) {
    const page = await user.follow(next);
    all.push(...page.results);
    next = page.next;
  }
  return all.reverse();
}
