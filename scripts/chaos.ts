/** `npm run chaos -- --seconds 180 --pairs 4 --seed 7`: breaks things for a while and says what it tried and found. */
import { parseArgs } from "node:util";
import { runChaos } from "../test/support/chaos/chaos.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "180" },
    pairs: { type: "string", default: "4" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const seconds = Math.min(Number(values.seconds), 3_600);
const startedAt = Date.now();
console.log(
  `seed ${values.seed}: ${values.pairs} pairs chat for ${seconds} s while the server is killed, D1 fails and links drop`,
);
const report = await runChaos({
  seed: Number(values.seed),
  seconds,
  pairs: Math.min(Number(values.pairs), 64),
  onProgress: (line) => console.log(`[${Math.round((Date.now() - startedAt) / 1000)} s] ${line}`),
});
const { violations, ...tried } = report;
console.table(tried);
for (const violation of violations.slice(0, 50)) console.log(`✗ ${violation}`);
console.log(
  violations.length === 0
    ? "Nothing lost, nothing doubled, nothing out of order; both sides, the room and D1 agree."
    : `${violations.length} violations`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
