/** The list of somebody with few and with very many conversations, and the inbox of somebody with few and with very many devices. */
import { DatabaseSync } from "node:sqlite";
import { World } from "../../test/support/e2e/world.ts";
import { takeCounts } from "../lib/cost-of.ts";
import { d1File } from "../lib/files.ts";
import type { Section } from "../lib/section.ts";
import { median, spread } from "../lib/stats.ts";
import { startWorker } from "../lib/wrangler.ts";
import { devices } from "./devices.ts";

const WIDTHS = [
  { count: 10, repeats: 20 },
  { count: 1_000, repeats: 5 },
  { count: 10_000, repeats: 1 },
];

export const width: Section = async (options) => {
  const { rounds, say } = options;
  const server = await startWorker("app", { BENCH_METER: "on" });
  try {
    const world = new World(server);
    const table = [["conversations", "ms", "each, ms", "D1 rows read", "each", "answer, kB"]];
    const bars = [];
    for (const [index, { count, repeats }] of WIDTHS.entries()) {
      say(`${count} conversations`);
      const user = await world.user();
      fill(server.persistTo, user.id, count, 10_000_000 * (index + 1));
      await user.get("conversations/");
      const times: number[] = [];
      let rows = 0;
      let size = 0;
      for (let round = 0; round < rounds; round++) {
        await takeCounts(server);
        const start = performance.now();
        for (let one = 0; one < repeats; one++) {
          const answer = await user.get("conversations/");
          if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
          size = answer.text.length;
        }
        times.push((performance.now() - start) / repeats);
        // The meter asks twice for what answers without counts, but counts it once.
        rows = (await takeCounts(server)).d1RowsRead / repeats;
      }
      table.push([
        String(count),
        spread(times, 1),
        (median(times) / count).toFixed(3),
        String(rows),
        (rows / count).toFixed(1),
        (size / 1024).toFixed(0),
      ]);
      bars.push({ label: String(count), value: median(times) });
    }
    const chart = { title: "Reading the list, by conversations in it", unit: "ms", bars };
    return [{ title: "List", table, chart }, await devices(server, options)];
  } finally {
    await server.stop();
  }
};

/** Gives a user conversations with a message each, with as many others. */
function fill(persistTo: string, userId: number, count: number, firstId: number): void {
  using database = new DatabaseSync(d1File(persistTo), { timeout: 5_000 });
  const numbers = `WITH RECURSIVE n(id) AS (SELECT ${firstId} UNION ALL SELECT id + 1 FROM n WHERE id < ${firstId + count - 1})`;
  database.exec(`BEGIN;
    ${numbers} INSERT INTO users (id, username) SELECT id, 'other-' || id FROM n;
    ${numbers} INSERT INTO conversations (id, pair_key, created_at) SELECT id, '${userId}:' || id, 0 FROM n;
    ${numbers} INSERT INTO participants (user_id, conversation_id) SELECT ${userId}, id FROM n;
    ${numbers} INSERT INTO participants (user_id, conversation_id) SELECT id, id FROM n;
    ${numbers} INSERT INTO messages SELECT id, 1, ${userId}, 'hello', id, NULL, 1, 0 FROM n;
    COMMIT`);
}
