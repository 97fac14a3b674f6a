import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { getTableConfig } from "drizzle-orm/sqlite-core";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { appendToArchive, archivedMessages, archivedRoom } from "../../src/directory/archive.ts";
import { findPair, listConversations, rosterOf } from "../../src/directory/conversations.ts";
import { openDatabase } from "../../src/directory/database.ts";
import * as schema from "../../src/directory/schema.ts";
import { inboxMigrations } from "../../src/inbox/migrations.ts";
import { appliedMigration, migrate, type Migration } from "../../src/lib/sql-migrations.ts";
import { roomMigrations } from "../../src/room/migrations.ts";
import { call, errorOf, getPage } from "../support/workers/http.ts";
import { d1Plans, roomRowsRead } from "../support/workers/measure.ts";
import { newPair } from "../support/workers/modes.ts";
import { roomOf } from "../support/workers/objects.ts";
import { mintToken, newPerson } from "../support/workers/people.ts";
import { openCore, openSync } from "../support/workers/socket.ts";
import { fillRoom } from "../support/workers/storage.ts";

const tables = Object.values(schema);
const columnSchema = v.object({
  name: v.string(),
  type: v.string(),
  notnull: v.number(),
  dflt_value: v.nullable(v.string()),
  pk: v.number(),
});

describe("D1", () => {
  test("the schema names every table that the migrations create", async () => {
    const { results } = await env.DB.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%d1_%' AND name NOT LIKE '_cf_%'",
    ).all();
    expect(new Set(results.map(({ name }) => name))).toEqual(
      new Set(tables.map((table) => getTableConfig(table).name)),
    );
  });

  test.each(tables.map((table) => ({ config: getTableConfig(table), name: getTableConfig(table).name })))(
    "the schema of $name is what the migrations create",
    async ({ config, name }) => {
      const { results } = await env.DB.prepare(`PRAGMA table_info(${name})`).all();
      const created = v.parse(v.array(columnSchema), results);
      const keys = config.primaryKeys.flatMap((key) => key.columns.map((column) => column.name));
      const described = config.columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        notnull: column.notNull ? 1 : 0,
        dflt_value: column.default === undefined ? null : defaultText(column.default),
        pk: column.primary ? 1 : keys.indexOf(column.name) + 1,
      }));
      const single = created.map((column) => ({
        ...column,
        // A single-column key is not null without saying so.
        notnull: column.pk === 1 && keys.length === 0 ? 1 : column.notnull,
      }));
      expect(described).toEqual(single);
    },
  );

  test("every index that the schema names is there", async () => {
    const { results } = await env.DB.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'",
    ).all();
    const named = tables.flatMap((table) => getTableConfig(table).indexes.map((index) => index.config.name));
    expect(results.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
  });

  test("lists, rosters and archive queries go by keys: no message, receipt or participant is found by a scan", async () => {
    const { ann, ben, id } = await newPair();
    const database = openDatabase(env);
    const plans = await d1Plans(async () => {
      await listConversations(database, ann.id);
      await listConversations(database, ann.id, 5);
      await rosterOf(database, id, ann.id);
      await findPair(database, ann.id, ben.id);
      await archivedMessages(database, id, 1, 100, [ann.id, ben.id]);
      await archivedRoom(database, id);
      await appendToArchive(database, id, {
        messages: [{ id: 1, senderId: ann.id, content: "x", sentAt: 1, clientId: null, version: 1 }],
        receipts: [{ readerId: ben.id, firstId: 1, lastId: 1, readAt: 2, version: 2 }],
        participants: [{ userId: ben.id, unreadCount: 0, readThrough: 1, version: 2 }],
      });
    });
    expect(plans.length).toBeGreaterThan(10);
    expect(plans.filter(({ query }) => query.startsWith("insert"))).toHaveLength(3);
    for (const { query, plan } of plans) {
      const scans = plan.filter(
        (step) => step.startsWith("SCAN") && !/VIRTUAL TABLE|CONSTANT ROW|\(subquery/.test(step),
      );
      expect(scans, query).toEqual([]);
    }
  });
});

describe("an object's own storage", () => {
  const lists: [string, readonly Migration[]][] = [
    ["room", roomMigrations],
    ["inbox", inboxMigrations],
  ];

  test.each(lists)(
    "the %s's migrations arrive at the same tables from every earlier step",
    async (name, list) => {
      const tablesAfter = async (from: number) =>
        runInDurableObject(roomOf(900_000_000 + from + name.length * 1_000), (_instance, { storage }) => {
          if (from > 0) migrate(storage, list.slice(0, from));
          migrate(storage, list);
          migrate(storage, list);
          expect(appliedMigration(storage)).toBe(list.length);
          return storage.sql
            .exec("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '_cf_%' ORDER BY name")
            .toArray();
        });
      const fresh = await tablesAfter(0);
      expect(fresh.length).toBeGreaterThan(2);
      for (let from = 1; from <= list.length; from += 1) expect(await tablesAfter(from)).toEqual(fresh);
    },
  );

  test("data ahead of the code, and a list with a gap, are refused", async () => {
    await runInDurableObject(roomOf(900_100_000), (_instance, { storage }) => {
      migrate(storage, roomMigrations);
      expect(() => migrate(storage, [])).toThrow("storage is at migration");
      expect(() => migrate(storage, [{ id: 2, sql: "" }])).toThrow("not numbered");
    });
  });

  test("[A1] [C1] a stranger, with a token or without, neither wakes nor creates a room", async () => {
    const { id } = await newPair();
    const before = (await listDurableObjectIds(env.CONVERSATION_ROOM)).length;
    const inboxes = (await listDurableObjectIds(env.USER_INBOX)).length;
    const stranger = await newPerson("stranger");
    const forged = { ...stranger, token: `${await mintToken(stranger.id, "x")}x` };
    for (const conversation of [id, 77_777_777]) {
      for (const person of [stranger, forged]) {
        await (
          await openCore(person, conversation)
        ).closed;
        await (
          await openSync(person, conversation, 0)
        ).closed;
        const expected = person === forged ? 401 : 404;
        for (const path of ["", "messages/"]) {
          const answer = await call(person, "GET", `conversations/${conversation}/${path}`);
          expect(errorOf(answer).status).toBe(expected);
        }
        const read = await call(person, "POST", `conversations/${conversation}/read/`, {});
        expect(errorOf(read).status).toBe(expected);
      }
    }
    expect((await listDurableObjectIds(env.CONVERSATION_ROOM)).length).toBe(before);
    expect((await listDurableObjectIds(env.USER_INBOX)).length).toBe(inboxes);
  });

  test("[E3] an object without a conversation stays empty, whatever it is asked", async () => {
    const room = roomOf(88_888_888);
    const caller = { userId: 1, roster: null };
    expect((await room.view(caller, { page: 1, pageSize: 50 })).ok).toBe(false);
    expect((await room.post(caller, "hello", null)).ok).toBe(false);
    expect((await room.markRead(caller, null)).ok).toBe(false);
    const stored = await runInDurableObject(room, async (_instance, { storage }) => ({
      tables: storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '_cf_%'").toArray(),
      alarm: await storage.getAlarm(),
    }));
    expect(stored).toEqual({ tables: [], alarm: null });
  });

  test("[R4] a page costs the same at any depth of 100,000 messages", async () => {
    const { ann, ben, id } = await newPair();
    await fillRoom(id, [ann.id, ben.id], 100_000, { archived: true });
    // Waking counts what is new, once; pages are what is measured.
    await getPage(ann, id);
    const pages = [1, 2, 500, 1_000];
    const costs = [];
    for (const page of pages) {
      costs.push(
        await roomRowsRead(id, async () => {
          const { results } = await getPage(ann, id, `page=${page}&page_size=100`);
          expect(results[0]?.id).toBe(100_000 - (page - 1) * 100);
        }),
      );
    }
    for (const cost of costs) expect(cost).toBeLessThan(100 + 100);
    expect(Math.max(...costs) - Math.min(...costs)).toBeLessThan(50);
  });
});

function defaultText(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}
