/** One user with few and with very many devices, each with a notification socket: what a message to them costs. */
import { setTimeout as delay } from "node:timers/promises";
import { World } from "../../test/support/e2e/world.ts";
import { takeCounts } from "../lib/cost-of.ts";
import type { Options, Result } from "../lib/section.ts";
import { median, spread } from "../lib/stats.ts";
import { openSocket } from "../lib/targets.ts";
import type { BenchServer } from "../lib/wrangler.ts";

const COUNTS = [1, 10, 100, 1_000];
/** Longer than the followers of a room rest, so that each message is notified of by itself. */
const APART_MS = 1_200;

export async function devices(server: BenchServer, { rounds, say }: Options): Promise<Result> {
  const world = new World(server);
  const table = [
    [
      "devices",
      "to the first, ms",
      "to the last, ms",
      "each, ms",
      "object rows written",
      "D1 rows read",
      "D1 rows written",
    ],
  ];
  for (const count of COUNTS) {
    say(`${count} devices`);
    const { ada, bob, id } = await world.pair();
    const writer = await openSocket(`${server.wsUrl}/ws/chat/${id}/?token=${ada.token}`);
    const sockets: Awaited<ReturnType<typeof openSocket>>[] = [];
    while (sockets.length < count)
      sockets.push(await openSocket(`${server.wsUrl}/ws/chat/notifications/?token=${bob.token}`));
    const [first, last, each]: [number[], number[], number[]] = [[], [], []];
    let rows = { objectRowsWritten: 0, d1RowsRead: 0, d1RowsWritten: 0 };
    // The first round warms up and does not count.
    for (let round = 0; round <= rounds; round++) {
      await delay(APART_MS);
      await takeCounts(server);
      const times = await notified(sockets, () =>
        writer.send(JSON.stringify({ type: "chat_message", content: `message ${round}` })),
      );
      if (round === 0) continue;
      const [soonest, latest] = [Math.min(...times), Math.max(...times)];
      first.push(soonest);
      last.push(latest);
      each.push((latest - soonest) / count);
      rows = await takeCounts(server);
    }
    table.push([
      String(count),
      spread(first, 1),
      spread(last, 1),
      median(each).toFixed(3),
      String(rows.objectRowsWritten),
      String(rows.d1RowsRead),
      String(rows.d1RowsWritten),
    ]);
    for (const socket of [writer, ...sockets]) socket.close();
  }
  return { title: "A message to a user's devices", table };
}

/** Sends, and says when each device was told, in milliseconds after it. */
async function notified(
  sockets: readonly Awaited<ReturnType<typeof openSocket>>[],
  send: () => void,
): Promise<number[]> {
  const told = sockets.map(
    (socket) =>
      new Promise<number>((resolve) => {
        const listen = (data: unknown) => {
          if (!String(data).includes('"new_message"')) return;
          socket.off("message", listen);
          resolve(performance.now());
        };
        socket.on("message", listen);
      }),
  );
  const sentAt = performance.now();
  send();
  return (await Promise.all(told)).map((at) => at - sentAt);
}
