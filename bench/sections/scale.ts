/** How far one D1 carries, simulated: see bench/scale. The figures are of a model, and the same on every machine. */
import type { Section } from "../lib/section.ts";
import { simulate, type DatabaseModel } from "../scale/simulation.ts";

/** A millisecond a batch, as the platform's documents reckon; what a message adds is twice what was measured for a row. */
const DATABASE: DatabaseModel = { batchMs: 1, messageMs: 0.03, patienceMs: 5_000 };

const MINUTE = 60;
const DURATION_MS = 120_000;
/** Where the archive falls behind, it takes a while until its batches carry all that comes. */
const LONG_MS = 1_800_000;

/** Conversations, seconds between the messages of each, what pushes, and for how long. */
const LOADS: readonly (readonly [number, number, "each room" | "32 writers", number])[] = [
  [6_000, MINUTE, "each room", DURATION_MS],
  [30_000, MINUTE, "each room", DURATION_MS],
  [54_000, MINUTE, "each room", DURATION_MS],
  [120_000, MINUTE, "each room", LONG_MS],
  [240_000, MINUTE, "each room", LONG_MS],
  [500, 1, "each room", DURATION_MS],
  [2_000, 1, "each room", DURATION_MS],
  [8_000, 1, "each room", DURATION_MS],
  [240_000, MINUTE, "32 writers", DURATION_MS],
  [1_000_000, MINUTE, "32 writers", DURATION_MS],
];

export const scale: Section = async ({ say }) => {
  const table = [
    [
      "conversations",
      "a message each",
      "messages/s",
      "pushed by",
      "D1 busy",
      "batches/s",
      "messages in each",
      "refused for one taken",
      "lag p50",
      "lag p99",
      "behind at the end",
    ],
  ];
  for (const [conversations, everySeconds, pushedBy, durationMs] of LOADS) {
    say(`${conversations} conversations, pushed by ${pushedBy}`);
    const perSecond = conversations / everySeconds;
    const logs = pushedBy === "each room" ? conversations : 32;
    const found = simulate({ logs, perSecond, durationMs }, DATABASE);
    table.push([
      String(conversations),
      everySeconds === 1 ? "second" : "minute",
      String(Math.round(perSecond)),
      pushedBy,
      `${Math.round(found.busy * 100)} %`,
      String(Math.round(found.batchesPerSecond)),
      found.messagesPerBatch.toFixed(1),
      found.refused.toFixed(1),
      seconds(found.lagP50),
      seconds(found.lagP99),
      `${found.behindSeconds.toFixed(1)} s`,
    ]);
  }
  return [{ title: "One database, simulated", table, once: true }];
};

function seconds(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;
}
