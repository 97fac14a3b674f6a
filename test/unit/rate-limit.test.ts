import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RateLimit } from "../../src/lib/rate-limit.ts";

test("[E4] a burst of a minute's worth, then an even rate; the wait told is the wait needed", () => {
  const limit = new RateLimit<string>(60);
  for (let taken = 0; taken < 60; taken += 1) expect(limit.take("ann", 0)).toBe(0);
  expect(limit.take("ann", 0)).toBe(1);
  expect(limit.take("ann", 999)).toBe(1);
  expect(limit.take("ann", 1_000)).toBe(0);
  expect(limit.take("ann", 1_000)).toBe(1);
  expect(limit.take("ben", 1_000)).toBe(0);
});

test("0 is no limit", () => {
  const limit = new RateLimit<number>(0);
  for (let taken = 0; taken < 1_000; taken += 1) expect(limit.take(1, 0)).toBe(0);
});

test("[E4] over any stretch no more than a burst and the rate's worth get through, whatever the clock does", () => {
  const calls = fc.array(fc.integer({ min: -2_000, max: 20_000 }), { maxLength: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), calls, (perMinute, pauses) => {
      const limit = new RateLimit<number>(perMinute);
      let now = 1_000_000;
      let forward = 0;
      let through = 0;
      for (const pause of pauses) {
        now += pause;
        forward += Math.max(0, pause);
        const wait = limit.take(1, now);
        if (wait === 0) through += 1;
        else expect(wait).toBeLessThanOrEqual(Math.ceil(60 / perMinute));
      }
      expect(through).toBeLessThanOrEqual(perMinute + (forward * perMinute) / 60_000 + 1e-6);
    }),
  );
});

test("[E4] who waits as long as told is let through", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), (perMinute) => {
      const limit = new RateLimit<number>(perMinute);
      let now = 0;
      for (let taken = 0; taken < perMinute + 5; taken += 1) {
        const wait = limit.take(1, now);
        if (wait === 0) continue;
        now += wait * 1_000;
        expect(limit.take(1, now)).toBe(0);
      }
    }),
  );
});
