/** Putting load on lines and timing what comes out. Everything here ends by itself. */
import { setTimeout as delay } from "node:timers/promises";
import { CONTENT, type Line } from "./target.ts";

const STALL_MS = 20_000;

/** One message at a time on each line: the times from sending to the other's receipt, in milliseconds. */
export async function closedLoop(lines: readonly Line[], milliseconds: number): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + milliseconds;
  const run = Promise.all(
    lines.map(async (line) => {
      while (performance.now() < end) {
        const sentAt = performance.now();
        await new Promise<void>((resolve) => {
          line.onDelivered = resolve;
          line.send(CONTENT);
        });
        latencies.push(performance.now() - sentAt);
      }
    }),
  );
  await bounded(run, milliseconds, "closed loop");
  return latencies;
}

/**
 * Messages at fixed times, whether or not the server keeps up. Each is timed from when it was due and not from when it could
 * be sent, so that a stall counts against every message that it held up.
 */
export async function openLoop(
  lines: readonly Line[],
  perSecond: number,
  milliseconds: number,
): Promise<number[]> {
  const latencies: number[] = [];
  const total = Math.floor((perSecond * milliseconds) / 1000);
  const due = lines.map((): number[] => []);
  const { promise: all, resolve } = Promise.withResolvers<void>();
  lines.forEach((line, index) => {
    line.onDelivered = () => {
      const dueAt = due[index]?.shift();
      if (dueAt !== undefined) latencies.push(performance.now() - dueAt);
      if (latencies.length === total) resolve();
    };
  });
  const start = performance.now();
  for (let sent = 0; sent < total;) {
    const shouldHaveSent = Math.min(total, Math.floor(((performance.now() - start) / 1000) * perSecond) + 1);
    for (; sent < shouldHaveSent; sent++) {
      const index = sent % lines.length;
      due[index]?.push(start + (sent / perSecond) * 1000);
      lines[index]?.send(CONTENT);
    }
    await delay(1);
  }
  await bounded(all, 0, "open loop");
  return latencies;
}

/** As many messages as go through, `inFlight` on each line without an echo: messages a second. */
export async function saturate(
  lines: readonly Line[],
  inFlight: number,
  milliseconds: number,
): Promise<number> {
  let echoed = 0;
  const start = performance.now();
  const end = start + milliseconds;
  const run = Promise.all(
    lines.map(
      (line) =>
        new Promise<void>((resolve) => {
          let open = inFlight;
          line.onDelivered = () => undefined;
          line.onEcho = () => {
            echoed += 1;
            if (performance.now() < end) line.send(CONTENT);
            else if (--open === 0) resolve();
          };
          for (let index = 0; index < inFlight; index++) line.send(CONTENT);
        }),
    ),
  );
  await bounded(run, milliseconds, "saturation");
  return (echoed / (performance.now() - start)) * 1000;
}

async function bounded(run: Promise<unknown>, milliseconds: number, what: string): Promise<void> {
  const timer = new AbortController();
  const limit = delay(milliseconds + STALL_MS, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`${what}: messages were lost, or the server stands still`);
  });
  try {
    await Promise.race([run, limit]);
  } finally {
    timer.abort();
    limit.catch(() => undefined);
  }
}
