/** Delivery with D1 as it is, and with D1 on the other side of the world: the message path must not feel it. */
import { openLoop } from "../lib/load.ts";
import type { Section } from "../lib/section.ts";
import { quantile, ratios, spread } from "../lib/stats.ts";
import { appTarget } from "../lib/targets.ts";
import { startWorker } from "../lib/wrangler.ts";

const DELAY_MS = 200;
const RUN_MS = 2_000;
const PAIRS = 4;
/** Messages a second, in all. */
const RATE = 100;

export const d1: Section = async ({ rounds, say }) => {
  const near = await startWorker("app");
  const far = await startWorker("app", { BENCH_D1_DELAY_MS: String(DELAY_MS) });
  try {
    const lines = [];
    for (const server of [near, far])
      lines.push(await appTarget("app", server, () => server.stop()).open(PAIRS));
    const latencies: number[][][] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      say(round === 0 ? "warming up" : `round ${round} of ${rounds}`);
      for (const [index, some] of lines.entries()) {
        const found = await openLoop(some, RATE, RUN_MS);
        if (round > 0) latencies[index]?.push(found);
      }
    }
    const table = [["", "D1 as it is, ms", `D1 ${DELAY_MS} ms away, ms`, "ratio"]];
    for (const [name, share] of [
      ["p50", 0.5],
      ["p99", 0.99],
    ] as const) {
      const [as = [], away = []] = latencies.map((of) => of.map((one) => quantile(one, share)));
      table.push([name, spread(as), spread(away), spread(ratios(away, as))]);
    }
    for (const line of lines.flat()) line.close();
    return [{ title: `Delivery with a distant D1, ${PAIRS} pairs, ${RATE} messages/s`, table }];
  } finally {
    await near.stop();
    await far.stop();
  }
};
