/** The Worker stays small: it is what an isolate has to load before it answers its first request. */
import { expect, test } from "vitest";
import { bundleSize } from "../../scripts/size.ts";

/** Gzipped bytes: what it has today and about a tenth more. Raise it with a reason. */
const BUDGET = 110_000;

test("the Worker is within its size budget", { timeout: 60_000 }, async () => {
  const { gzipped } = await bundleSize();
  expect(gzipped).toBeGreaterThan(10_000);
  expect(gzipped).toBeLessThan(BUDGET);
});
