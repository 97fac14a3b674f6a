/** Waits for what no event announces, by asking again and again for a bounded time. */
import { setTimeout as delay } from "node:timers/promises";

const PAUSE_MS = 50;

/** The first value that `ask` gives; undefined means "not yet". What it throws ends the wait. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() >= deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(PAUSE_MS);
  }
}
