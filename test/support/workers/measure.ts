/** What a piece of work asks of the databases. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as v from "valibot";
import { roomOf } from "./objects.ts";

/** Runs `work` and returns how many rows the room read from its own storage for it. */
export async function roomRowsRead(conversationId: number, work: () => Promise<unknown>): Promise<number> {
  const cursors: { readonly rowsRead: number }[] = [];
  const restore = await runInDurableObject(roomOf(conversationId), (_instance, { storage }) => {
    const prototype: object = Reflect.getPrototypeOf(storage.sql) ?? {};
    const original: (...values: unknown[]) => { readonly rowsRead: number } = Reflect.get(prototype, "exec");
    Object.defineProperty(prototype, "exec", {
      configurable: true,
      writable: true,
      value: function exec(this: unknown, ...values: unknown[]) {
        const cursor = Reflect.apply(original, this, values);
        cursors.push(cursor);
        return cursor;
      },
    });
    return () =>
      Object.defineProperty(prototype, "exec", { configurable: true, writable: true, value: original });
  });
  try {
    await work();
  } finally {
    restore();
  }
  return runInDurableObject(roomOf(conversationId), () =>
    cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
  );
}

const planSchema = v.array(v.object({ detail: v.string() }));

/** Runs `work` and returns what SQLite does for each statement that it has D1 carry out. */
export async function d1Plans(work: () => Promise<unknown>): Promise<{ query: string; plan: string[] }[]> {
  const queries = new Map<string, unknown[]>();
  const prepare = env.DB.prepare.bind(env.DB);
  const own = Object.getOwnPropertyDescriptor(env.DB, "prepare");
  Object.defineProperty(env.DB, "prepare", {
    configurable: true,
    writable: true,
    value: (query: string) => {
      const statement = prepare(query);
      queries.set(query, []);
      const bind = statement.bind.bind(statement);
      return Object.assign(statement, {
        bind: (...values: unknown[]) => {
          queries.set(query, values);
          return bind(...values);
        },
      });
    },
  });
  try {
    await work();
  } finally {
    if (own === undefined) Reflect.deleteProperty(env.DB, "prepare");
    else Object.defineProperty(env.DB, "prepare", own);
  }
  const plans = [];
  for (const [query, values] of queries) {
    const { results } = await prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind(...values)
      .all();
    plans.push({ query, plan: v.parse(planSchema, results).map(({ detail }) => detail) });
  }
  return plans;
}
