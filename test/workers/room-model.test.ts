import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { test } from "vitest";
import { controlClock, shortenTimers } from "../support/workers/clock.ts";
import { stepArbitrary } from "../support/workers/steps.ts";
import { World } from "../support/workers/world.ts";

controlClock();

const RUNS = Number(Reflect.get(env, "MODEL_RUNS") ?? 25);

test(
  `[C5] [C12] [C13] [C16] [C17] [R4] whatever happens, room, clients and archive agree with the model`,
  { timeout: RUNS * 5_000 },
  async () => {
    shortenTimers();
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = await World.begin();
        try {
          for (const step of steps) await world.take(step);
          await world.check();
        } finally {
          await world.take({ type: "d1", up: true });
        }
      }),
      { numRuns: RUNS, endOnFailure: false, verbose: fc.VerbosityLevel.Verbose },
    );
  },
);
