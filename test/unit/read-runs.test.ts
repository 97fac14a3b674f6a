import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readRuns, type Run } from "../../src/room/read-runs.ts";

interface Situation {
  /** Whether the message at each place (id = index + 1) is the reader's own. */
  readonly own: readonly boolean[];
  /** The ids of each call, in turn; null for all. */
  readonly calls: readonly (readonly number[] | null)[];
}

const situation: fc.Arbitrary<Situation> = fc.record({
  own: fc.array(fc.boolean(), { minLength: 1, maxLength: 25 }),
  calls: fc.array(fc.option(fc.array(fc.integer({ min: 0, max: 27 })), { nil: null, freq: 6 }), {
    maxLength: 8,
  }),
});

const covers = (runs: readonly Run[], id: number) =>
  runs.some((run) => run.firstId <= id && id <= run.lastId);

test("[C5] runs tell just what was read, never overlap, and are as few as can be", () => {
  fc.assert(
    fc.property(situation, ({ own, calls }) => {
      const others = own.flatMap((isOwn, index) => (isOwn ? [] : [index + 1]));
      const naive = new Set<number>();
      const all: Run[] = [];
      for (const call of calls) {
        const unread = others.filter((id) => !naive.has(id));
        const wanted = unread.filter((id) => call === null || call.includes(id));
        const starts = all.map(({ firstId }) => firstId).sort((a, b) => a - b);
        const { runs, read } = readRuns(
          unread,
          (id) => call === null || call.includes(id),
          starts.filter((id) => id > (unread[0] ?? Infinity)),
        );
        expect(read).toEqual(wanted);
        for (const run of runs) {
          expect(run.firstId).toBeLessThanOrEqual(run.lastId);
          for (const earlier of all)
            expect(run.firstId > earlier.lastId || run.lastId < earlier.firstId).toBe(true);
        }
        all.push(...runs);
        for (const id of wanted) naive.add(id);
        for (const id of others) expect(covers(all, id)).toBe(naive.has(id));
        expect(runs.length).toBe(fewest(wanted, unread, all.slice(0, all.length - runs.length)));
      }
    }),
  );
});

/** Between two ids read now a run breaks where something stays unread, or an earlier run lies. */
function fewest(wanted: readonly number[], unread: readonly number[], earlier: readonly Run[]): number {
  return wanted.filter((id, index) => {
    const before = wanted[index - 1];
    if (before === undefined) return true;
    const isBetween = (other: number) => before < other && other < id;
    return unread.some(isBetween) || earlier.some((run) => isBetween(run.firstId));
  }).length;
}
