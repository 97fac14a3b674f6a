/**
 * The app as it is, with two things added from outside: `BENCH_D1_DELAY_MS` makes every way to D1 that much longer, and
 * `BENCH_METER` counts what the platform charges for, to be read at `/bench/cost`; `/bench/rooms` says how often a room has come into memory.
 */
import app, { ConversationRoom as Room, UserInbox as Inbox } from "app-under-test";
import { Meter } from "../cost/meter.ts";
import { slowDatabase } from "./slow-database.ts";

const meter = new Meter();
let watched = false;
let roomsStarted = 0;

/** The environment that the app gets: the runtime's, but for the database. */
function adapt<Env extends BenchEnv>(env: Env): Env {
  const delayMs = Number(env.BENCH_D1_DELAY_MS ?? 0);
  return delayMs === 0 ? env : { ...env, DB: slowDatabase(env.DB, delayMs) };
}

/** Begins to count, once; objects are what a storage's prototype is known from. */
function watch(env: BenchEnv, storage: { readonly sql: object } | null): void {
  if (watched || env.BENCH_METER !== "on" || storage === null) return;
  watched = true;
  meter.watchStorage(Object.getPrototypeOf(storage), Object.getPrototypeOf(storage.sql));
  meter.watchD1(Object.getPrototypeOf(env.DB), Object.getPrototypeOf(env.DB.prepare("SELECT 1")));
}

export class ConversationRoom extends Room {
  constructor(ctx: BenchContext, env: BenchEnv) {
    watch(env, ctx.storage);
    super(ctx, adapt(env));
    roomsStarted += 1;
  }
}

export class UserInbox extends Inbox {
  constructor(ctx: BenchContext, env: BenchEnv) {
    watch(env, ctx.storage);
    super(ctx, adapt(env));
  }
}

export default {
  fetch(request: Request, env: BenchEnv, ctx: unknown): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/bench/cost") return Response.json(meter.take());
    if (pathname === "/bench/rooms") return Response.json(roomsStarted);
    return app.fetch(request, adapt(env), ctx);
  },
};
