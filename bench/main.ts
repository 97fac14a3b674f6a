/**
 * `npm run bench`: measures the server on this machine. Arguments name sections (all without); `--rounds 7`, `--full` for long
 * histories, `--publish` to put tables and charts into docs. Results are written to bench/results.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { projectRoot } from "../scripts/wrangler-env.ts";
import { chartSvg } from "./lib/chart.ts";
import { withMeasured } from "./lib/publish.ts";
import type { Result, Section } from "./lib/section.ts";
import { delivery, throughput } from "./sections/compare.ts";
import { d1 } from "./sections/d1.ts";
import { depth, growth } from "./sections/history.ts";
import { idle } from "./sections/idle.ts";
import { scale } from "./sections/scale.ts";
import { width } from "./sections/width.ts";

const sections: Readonly<Record<string, Section>> = {
  delivery,
  throughput,
  d1,
  depth,
  width,
  idle,
  growth,
  scale,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    full: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const names = positionals.length === 0 ? Object.keys(sections) : positionals;
const unknown = names.filter((name) => !(name in sections));
if (unknown.length > 0 || !(rounds >= 1 && rounds <= 50)) {
  console.error(`Sections are ${Object.keys(sections).join(", ")}; rounds 1 to 50.`);
  process.exit(2);
}

// From whatever goes wrong the servers' process groups end with this process; from a signal they must too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

const results: Record<string, Result[]> = {};
for (const name of names) {
  const section = sections[name];
  if (section === undefined) continue;
  const say = (text: string) => process.stderr.write(`[${name}] ${text}\n`);
  results[name] = await section({ rounds, full: values.full, say });
  for (const { title, table } of results[name]) printTable(title, table);
  // After each section, so that one that fails does not take the others with it.
  await save();
}

function printTable(title: string, table: Result["table"]): void {
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  console.log(`\n${title}`);
  for (const row of table) console.log(row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  "));
}

async function save(): Promise<void> {
  const folders = [path.join(projectRoot, "bench/results")];
  if (values.publish) folders.push(path.join(projectRoot, "docs/images"));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const machine = { cores: os.availableParallelism(), load: os.loadavg(), node: process.version };
  const file = path.join(projectRoot, "bench/results/latest.json");
  await writeFile(file, JSON.stringify({ machine, rounds, results }, null, 2));
  for (const [name, found] of Object.entries(results)) {
    for (const { chart } of found) {
      if (chart === undefined) continue;
      for (const folder of folders) await writeFile(path.join(folder, `bench-${name}.svg`), chartSvg(chart));
    }
  }
  if (values.publish) await publish();
}

async function publish(): Promise<void> {
  const read = (file: string) => readFile(path.join(projectRoot, file), "utf8");
  const formatOptions = v.parse(
    v.object({ printWidth: v.number(), tabWidth: v.number() }),
    JSON.parse(await read(".oxfmtrc.json")),
  );
  const measured = new Map(
    Object.entries(results).map(([name, found]) => [name, { rounds, results: found }]),
  );
  const page = "docs/performance.md";
  await writeFile(
    path.join(projectRoot, page),
    await withMeasured(await read(page), measured, formatOptions),
  );
}
