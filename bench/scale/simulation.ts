/**
 * Many logs that push to one D1, event by event: what arithmetic can't tell is how rests, batches, queues and backoff act together
 * once the database has more to do than it can. The pace is the server's own; the database is a model.
 */
import { backoff } from "../../src/lib/follower.ts";
import { archiveRest, BATCH, FOLLOW_AFTER_MS } from "../../src/room/pace.ts";
import { quantile } from "../lib/stats.ts";
import { EventQueue } from "./event-queue.ts";

/** A database that does one thing at a time. */
export interface DatabaseModel {
  /** What a batch takes however small it is, and what each message in it adds, in milliseconds. */
  readonly batchMs: number;
  readonly messageMs: number;
  /** A batch that would wait longer in the queue is refused, in milliseconds. */
  readonly patienceMs: number;
}

export interface Load {
  /** Logs that are pushed each by itself: rooms, or what writes for several rooms. */
  readonly logs: number;
  /** Messages a second, over all logs. */
  readonly perSecond: number;
  /** How long messages come, in milliseconds; the first fifth does not count. */
  readonly durationMs: number;
}

export interface Outcome {
  /** The share of its time that the database works. */
  readonly busy: number;
  readonly batchesPerSecond: number;
  readonly messagesPerBatch: number;
  /** Batches refused, for each one taken. */
  readonly refused: number;
  /** From a message's commit in its room to its commit in the database, in milliseconds. */
  readonly lagP50: number;
  readonly lagP99: number;
  /** Messages that the database lacks at the end, for each second of messages: above 1 the archive falls ever further behind. */
  readonly behindSeconds: number;
}

type Event =
  | { readonly type: "push"; readonly log: Log }
  | { readonly type: "rested"; readonly log: Log }
  | { readonly type: "served"; readonly log: Log; readonly count: number; readonly startedAt: number };

class Log {
  /** When the messages came that the database lacks. */
  readonly pending: number[] = [];
  isIdle = true;
  failures = 0;
}

/** Runs a load, the same way each time. */
export function simulate(load: Load, database: DatabaseModel): Outcome {
  const random = randomNumbers(1);
  const events = new EventQueue<Event>();
  const logs = Array.from({ length: load.logs }, () => new Log());
  const countFrom = load.durationMs / 5;
  const lags: number[] = [];
  let [batches, refusals, busyMs, inDatabase] = [0, 0, 0, 0];
  /** The database has work until then. */
  let freeAt = 0;

  const push = (log: Log, now: number) => {
    if (freeAt - now > database.patienceMs) {
      log.failures += 1;
      if (now >= countFrom) refusals += 1;
      events.add(now + backoff(log.failures, random()), { type: "push", log });
      return;
    }
    const count = Math.min(BATCH, log.pending.length);
    const servedMs = database.batchMs + count * database.messageMs;
    freeAt = Math.max(freeAt, now) + servedMs;
    if (now >= countFrom) {
      batches += 1;
      inDatabase += count;
      busyMs += servedMs;
    }
    events.add(freeAt, { type: "served", log, count, startedAt: now });
  };

  const handle = (event: Event, now: number) => {
    const { log } = event;
    if (event.type === "push") push(log, now);
    else if (event.type === "served") {
      log.failures = 0;
      for (const cameAt of log.pending.splice(0, event.count))
        if (cameAt >= countFrom) lags.push(now - cameAt);
      // What did not fit follows at once.
      if (event.count === BATCH && log.pending.length > 0) push(log, now);
      else events.add(now + archiveRest(now - event.startedAt), { type: "rested", log });
    } else if (log.pending.length > 0) push(log, now);
    else log.isIdle = true;
  };

  let messageAt = 0;
  for (;;) {
    messageAt += (-Math.log(1 - random()) / load.perSecond) * 1_000;
    const until = Math.min(messageAt, load.durationMs);
    for (let now = events.nextAt; now <= until; now = events.nextAt) {
      const event = events.take();
      if (event !== undefined) handle(event, now);
    }
    if (messageAt > load.durationMs) break;
    const log = logs[Math.floor(random() * load.logs)];
    if (log === undefined) continue;
    log.pending.push(messageAt);
    if (log.isIdle) events.add(messageAt + FOLLOW_AFTER_MS, { type: "push", log });
    log.isIdle = false;
  }
  const seconds = (load.durationMs - countFrom) / 1_000;
  const missing = logs.reduce((sum, log) => sum + log.pending.length, 0);
  return {
    busy: Math.min(1, busyMs / 1_000 / seconds),
    batchesPerSecond: batches / seconds,
    messagesPerBatch: inDatabase / batches,
    refused: refusals / batches,
    lagP50: quantile(lags, 0.5),
    lagP99: quantile(lags, 0.99),
    behindSeconds: missing / load.perSecond,
  };
}

/** Numbers from 0 to 1 that only look random: a run can be repeated (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
