/** Delivery and throughput: the app beside the floor and the peer, turn by turn, so that what the machine does meets all alike. */
import { closedLoop, openLoop, saturate } from "../lib/load.ts";
import type { Options, Result, Section } from "../lib/section.ts";
import { median, quantile, ratios, spread } from "../lib/stats.ts";
import type { Line, Target } from "../lib/target.ts";
import { startApp, startFloor, startPeer } from "../lib/targets.ts";

const DELIVERY_MS = 1_500;
const SATURATION_MS = 2_500;
const IN_FLIGHT = 64;
/** Messages a second, well below what the slowest takes. */
const RATES = [50, 200];

async function withTargets(use: (targets: readonly Target[]) => Promise<Result[]>): Promise<Result[]> {
  const targets: Target[] = [];
  try {
    for (const start of [startApp, startFloor, startPeer]) targets.push(await start());
    return await use(targets);
  } finally {
    for (const target of targets) await target.stop();
  }
}

/** Measures every target once a round; by target name, a list of what each round gave. */
async function interleaved<T>(
  { rounds, say }: Options,
  what: string,
  targets: readonly Target[],
  lineCount: number,
  measure: (lines: readonly Line[]) => Promise<T>,
): Promise<Map<string, T[]>> {
  const opened = new Map<Target, Line[]>();
  for (const target of targets) opened.set(target, await target.open(lineCount));
  const found = new Map<string, T[]>(targets.map(({ name }) => [name, []]));
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round++) {
    say(`${what}: ${round === 0 ? "warming up" : `round ${round} of ${rounds}`}`);
    for (const [{ name }, lines] of opened) {
      const value = await measure(lines);
      if (round > 0) found.get(name)?.push(value);
    }
  }
  for (const lines of opened.values()) for (const line of lines) line.close();
  return found;
}

const of = <T>(found: ReadonlyMap<string, T[]>, name: string): T[] => found.get(name) ?? [];

export const delivery: Section = (options) =>
  withTargets(async (targets) => {
    const loads: [string, number, (lines: readonly Line[]) => Promise<number[]>][] = [
      ["1 pair, one message at a time", 1, (lines) => closedLoop(lines, DELIVERY_MS)],
      ["1 pair, 20 messages/s", 1, (lines) => openLoop(lines, 20, DELIVERY_MS)],
      ["16 pairs, one message at a time", 16, (lines) => closedLoop(lines, DELIVERY_MS)],
      ...RATES.map((rate): (typeof loads)[number] => [
        `16 pairs, ${rate} messages/s`,
        16,
        (lines) => openLoop(lines, rate, DELIVERY_MS),
      ]),
    ];
    const table = [["load", "", "app, ms", "floor, ms", "peer, ms", "app to floor", "app to peer"]];
    const bars: { label: string; value: number }[] = [];
    for (const [label, count, run] of loads) {
      const found = await interleaved(options, label, targets, count, run);
      for (const [name, share] of [
        ["p50", 0.5],
        ["p99", 0.99],
      ] as const) {
        const [app, floor, peer] = ["app", "floor", "peer"].map((target) =>
          of(found, target).map((latencies) => quantile(latencies, share)),
        );
        if (!app || !floor || !peer) continue;
        const columns = [app, floor, peer, ratios(app, floor), ratios(app, peer)].map((values) =>
          spread(values),
        );
        table.push([label, name, ...columns]);
        if (name === "p50" && bars.length === 0) {
          bars.push(
            { label: "app", value: median(app) },
            { label: "floor", value: median(floor) },
            { label: "peer", value: median(peer) },
          );
        }
      }
    }
    const chart = { title: "From sending to the other's receipt, p50, one pair", unit: "ms", bars };
    return [{ title: "Delivery", table, chart }];
  });

export const throughput: Section = (options) =>
  withTargets(async (targets) => {
    const table = [["conversations", "app, messages/s", "floor", "peer", "app to floor", "app to peer"]];
    const bars: { label: string; value: number }[] = [];
    for (const count of [1, 16, 128]) {
      const inFlight = Math.max(4, IN_FLIGHT / count);
      const found = await interleaved(options, `${count} conversations`, targets, count, (lines) =>
        saturate(lines, inFlight, SATURATION_MS),
      );
      const [app, floor, peer] = [of(found, "app"), of(found, "floor"), of(found, "peer")];
      table.push([
        `${count}, ${inFlight} in flight in each`,
        ...[app, floor, peer].map((values) => spread(values, 0)),
        spread(ratios(app, floor)),
        spread(ratios(app, peer)),
      ]);
      for (const [name, values] of [
        ["app", app],
        ["floor", floor],
        ["peer", peer],
      ] as const) {
        bars.push({ label: `${name}, ${count}`, value: median(values) });
      }
    }
    const chart = { title: "Messages a second at saturation, by conversations", unit: "/s", bars };
    return [{ title: "Throughput", table, chart }];
  });
