/** The short version of `npm run chaos`: some kills, outages and cuts, and then everything has to agree. */
import { expect, test } from "vitest";
import { runChaos } from "../support/chaos/chaos.ts";

test(
  "[C12] [C13] [C17] [R8] kills, outages of D1 and dropped links lose and double nothing",
  { timeout: 240_000 },
  async () => {
    const { violations, ...tried } = await runChaos({ seed: 20, seconds: 20, pairs: 2 });
    expect(violations).toEqual([]);
    expect(tried.stored).toBe(tried.sent);
    expect(tried.kills).toBeGreaterThan(0);
  },
);
