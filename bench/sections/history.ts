/** Long histories: what a page costs far down, and what a message costs at the end of one. */
import { setTimeout as delay } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { World, type Pair } from "../../test/support/e2e/world.ts";
import { takeCounts, type Counts } from "../lib/cost-of.ts";
import { d1File, roomFile } from "../lib/files.ts";
import { closedLoop } from "../lib/load.ts";
import type { Options, Result, Section } from "../lib/section.ts";
import { median, ratios, spread } from "../lib/stats.ts";
import { pairLine } from "../lib/targets.ts";
import { removeDataFolder } from "../../test/support/e2e/server.ts";
import { newDataFolder, startWorker, type BenchServer } from "../lib/wrangler.ts";

const PAGES = 40;
const RUN_MS = 1_000;

/** Starts the metered app with one conversation for each length, its messages put straight into the files. */
async function withHistories(
  lengths: readonly number[],
  say: Options["say"],
  use: (server: BenchServer, pairs: readonly Pair[]) => Promise<Result[]>,
): Promise<Result[]> {
  const folder = await newDataFolder();
  try {
    const first = await startWorker("app", {}, folder);
    const pairs: Pair[] = [];
    const world = new World(first);
    for (const _ of lengths) pairs.push(await world.pair());
    await first.stop();
    for (const [index, length] of lengths.entries()) {
      const pair = pairs[index];
      if (pair === undefined || length === 0) continue;
      say(`filling a history of ${length} messages`);
      fill(folder, pair, length);
    }
    const server = await startWorker("app", { BENCH_METER: "on" }, folder);
    try {
      const again = new World(server);
      return await use(
        server,
        pairs.map(({ ada, bob, id }) => ({
          id,
          ada: again.as(ada.id, ada.token),
          bob: again.as(bob.id, bob.token),
        })),
      );
    } finally {
      await server.stop();
    }
  } finally {
    await removeDataFolder(folder);
  }
}

/** Messages by Ada that Bob has read, in the room and in the archive, as if long settled. */
function fill(persistTo: string, { ada, bob, id }: Pair, length: number): void {
  const numbers = `WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${length})`;
  const text = "'message number ' || id || ' of a long history'";
  using room = new DatabaseSync(roomFile(persistTo, id));
  room.exec(`BEGIN;
    ${numbers} INSERT INTO messages (id, sender_id, content, sent_at, version) SELECT id, ${ada.id}, ${text}, id, id FROM n;
    UPDATE participants SET read_through = ${length};
    UPDATE room SET progress = json_set(progress, '$.archived', ${length},
      '$.notified."${ada.id}"', ${length}, '$.notified."${bob.id}"', ${length});
    COMMIT`);
  using archive = new DatabaseSync(d1File(persistTo));
  archive.exec(`BEGIN;
    ${numbers} INSERT INTO messages SELECT ${id}, id, ${ada.id}, ${text}, id, NULL, id, 0 FROM n;
    UPDATE participants SET read_through = ${length}, version = ${length} WHERE conversation_id = ${id};
    COMMIT`);
}

export const depth: Section = ({ rounds, say }) =>
  withHistories([1_000_000], say, async (server, [pair]) => {
    if (pair === undefined) return [];
    const depths = [100, 10_000, 1_000_000];
    const times = depths.map((): number[] => []);
    const counts: Counts[] = [];
    const read = async (below: number) => {
      const { results } = await pair.ada.messages(pair.id, `before=${1_000_001 - below + 50}`);
      if (results.length !== 50) throw new Error(`a page of ${results.length}`);
    };
    for (let round = 0; round <= rounds; round++) {
      say(round === 0 ? "warming up" : `round ${round} of ${rounds}`);
      for (const [index, below] of depths.entries()) {
        const start = performance.now();
        for (let page = 0; page < PAGES; page++) await read(below);
        if (round > 0) times[index]?.push((performance.now() - start) / PAGES);
      }
    }
    for (const below of depths) {
      await takeCounts(server);
      await read(below);
      counts.push(await takeCounts(server));
    }
    const [shallow = []] = times;
    const table = [["down to message", "ms", "to the first", "object rows read", "D1 rows read"]];
    depths.forEach((below, index) => {
      const found = times[index] ?? [];
      const count = counts[index];
      table.push([
        String(below),
        spread(found),
        spread(ratios(found, shallow)),
        String(count?.objectRowsRead),
        String(count?.d1RowsRead),
      ]);
    });
    const bars = depths.map((below, index) => ({ label: String(below), value: median(times[index] ?? []) }));
    const chart = { title: "A page of 50, by how far down it lies in 1,000,000 messages", unit: "ms", bars };
    return [{ title: "Depth", table, chart }];
  });

export const growth: Section = ({ rounds, full, say }) => {
  const lengths = full ? [0, 100_000, 1_000_000] : [0, 10_000, 100_000];
  return withHistories(lengths, say, async (server, pairs) => {
    const lines = [];
    for (const pair of pairs) lines.push(await pairLine(server, pair));
    const times = lengths.map((): number[] => []);
    const counts = lengths.map((): number[][] => [[], []]);
    for (let round = 0; round <= rounds; round++) {
      say(round === 0 ? "warming up" : `round ${round} of ${rounds}`);
      for (const [index, line] of lines.entries()) {
        await takeCounts(server);
        const latencies = await closedLoop([line], RUN_MS);
        await delay(100);
        const found = await takeCounts(server);
        if (round === 0) continue;
        times[index]?.push(median(latencies));
        const { objectRowsRead, objectRowsWritten, d1RowsRead, d1RowsWritten, alarmsSet } = found;
        counts[index]?.[0]?.push((objectRowsRead + d1RowsRead) / latencies.length);
        counts[index]?.[1]?.push((objectRowsWritten + d1RowsWritten + alarmsSet) / latencies.length);
      }
    }
    for (const line of lines) line.close();
    const table = [["messages before", "p50, ms", "to the first", "rows read", "rows written"]];
    lengths.forEach((length, index) => {
      const found = times[index] ?? [];
      const [read = [], written = []] = counts[index] ?? [];
      const relative = spread(ratios(found, times[0] ?? []));
      table.push([String(length), spread(found), relative, spread(read, 1), spread(written, 2)]);
    });
    return [{ title: "Growth: a message at the end of a history, one at a time", table }];
  });
};
