/** The Worker stays small: it is what an isolate has to load before it answers its first request. */
import { expect, test } from "vitest";
import { bundleSize } from "../../scripts/size.ts";

/** Gzipped bytes: what it has today and about a tenth more. Raise it with a reason. */
const BUDGET = 110_000;

/**
 * Milliseconds, some fifty times what it takes: not a measure of speed but a guard against work at start-up that can wait,
 * such as a table built or a key made. The platform refuses a Worker that takes 1,000.
 */
const START_BUDGET_MS = 700;

test("the Worker is within its budgets of size and start-up", { timeout: 60_000 }, async () => {
  const { gzipped, startMs } = await bundleSize();
  expect(gzipped).toBeGreaterThan(10_000);
  expect(gzipped).toBeLessThan(BUDGET);
  expect(startMs).toBeLessThan(START_BUDGET_MS);
});
