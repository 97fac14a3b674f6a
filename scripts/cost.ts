/** `npm run cost`: counts what each operation is charged for, prints it with prices and rewrites docs/cost.md. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as v from "valibot";
import { OPERATIONS } from "../bench/cost/budgets.ts";
import { costPage, costTable } from "../bench/cost/report.ts";
import { projectRoot } from "./wrangler-env.ts";

const costSchema = v.object({
  workerRequests: v.number(),
  objectRequests: v.number(),
  framesIn: v.number(),
  objectRowsRead: v.number(),
  objectRowsWritten: v.number(),
  alarmsSet: v.number(),
  d1RowsRead: v.number(),
  d1RowsWritten: v.number(),
  d1Queries: v.number(),
  d1Batches: v.number(),
});
const reportSchema = v.object({
  testResults: v.array(
    v.object({
      assertionResults: v.array(
        v.object({
          title: v.picklist(OPERATIONS),
          status: v.string(),
          failureMessages: v.array(v.string()),
          meta: v.object({ cost: v.optional(costSchema) }),
        }),
      ),
    }),
  ),
});

const folder = await mkdtemp(path.join(tmpdir(), "chat-cost-"));
try {
  const results = await measure(path.join(folder, "report.json"));
  const measured = new Map(results.flatMap(({ title, meta }) => (meta.cost ? [[title, meta.cost]] : [])));
  const table = costTable(measured);
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table) {
    console.log(
      row
        .map((cell, index) => (index ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[0] ?? 0)))
        .join("  "),
    );
  }
  await writeFile(path.join(projectRoot, "docs/cost.md"), costPage(measured));
  spawnSync(process.execPath, [path.join(projectRoot, "node_modules/oxfmt/bin/oxfmt"), "docs/cost.md"], {
    cwd: projectRoot,
  });
  const failed = results.filter(({ status }) => status !== "passed");
  for (const { title, failureMessages } of failed)
    console.error(`\nOver budget: ${title}\n${failureMessages[0]}`);
  if (failed.length > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(reportFile: string) {
  console.log("Counting; this takes about half a minute.");
  const run = spawnSync(
    process.execPath,
    [
      path.join(projectRoot, "node_modules/vitest/vitest.mjs"),
      "run",
      "--project=workers",
      "test/workers/cost.test.ts",
      "--reporter=json",
      `--outputFile=${reportFile}`,
    ],
    { cwd: projectRoot, encoding: "utf8", env: { ...process.env, CI: "true" } },
  );
  try {
    const report = v.parse(reportSchema, JSON.parse(await readFile(reportFile, "utf8")));
    return report.testResults.flatMap(({ assertionResults }) => assertionResults);
  } catch (cause) {
    throw new Error(`The costs could not be counted:\n${run.stdout}${run.stderr}`, { cause });
  }
}
