/** What a socket costs that is open and silent: memory of the runtime, and whether the objects leave it. */
import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import { request } from "../../test/support/e2e/http.ts";
import { World } from "../../test/support/e2e/world.ts";
import type { Section } from "../lib/section.ts";
import { openSocket } from "../lib/targets.ts";
import { startWorker, type Memory } from "../lib/wrangler.ts";

const CONVERSATIONS = 100;
const SOCKETS_EACH = 20;
/** Objects leave memory after ten silent seconds, their sockets stay. */
const ASLEEP_MS = 15_000;

export const idle: Section = async ({ say }) => {
  const server = await startWorker("app");
  const sockets: WebSocket[] = [];
  try {
    const world = new World(server);
    const pairs = [];
    say(`${CONVERSATIONS} conversations`);
    while (pairs.length < CONVERSATIONS) pairs.push(await world.pair());
    await delay(ASLEEP_MS);
    const before = server.memory();
    say(`${CONVERSATIONS * SOCKETS_EACH} sockets`);
    for (const { ada, bob, id } of pairs) {
      for (let index = 0; index < SOCKETS_EACH; index++) {
        const { token } = index % 2 ? ada : bob;
        sockets.push(await openSocket(`${server.wsUrl}/ws/chat/${id}/?token=${token}`));
      }
    }
    const open = server.memory();
    say("falling asleep");
    await delay(ASLEEP_MS);
    const asleep = server.memory();

    say("waking one by one");
    const startedBefore = await roomsStarted(server);
    for (const [index, socket] of sockets.entries()) if (index % SOCKETS_EACH === 0) await echo(socket);
    const woken = (await roomsStarted(server)) - startedBefore;

    const row = (label: string, { worker, proxy }: Memory) => {
      const each = (bytes: number, start: number) =>
        bytes === start ? "" : `${((bytes - start) / sockets.length / 1024).toFixed(1)} kB`;
      const inAll = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
      return [label, inAll(worker), each(worker, before.worker), inAll(proxy), each(proxy, before.proxy)];
    };
    const table = [
      ["", "Worker's runtime", "more for each socket", "wrangler's proxy", "more for each socket"],
      row(`${CONVERSATIONS} conversations, no socket`, before),
      row(`${sockets.length} sockets just opened`, open),
      row(`${sockets.length} sockets after ${ASLEEP_MS / 1000} s of silence`, asleep),
      [`rooms that then had to be made anew for a message: ${woken} of ${CONVERSATIONS}`, "", "", "", ""],
    ];
    return [{ title: "Idle sockets", table, once: true }];
  } finally {
    for (const socket of sockets) socket.terminate();
    await server.stop();
  }
};

type WebSocket = Awaited<ReturnType<typeof openSocket>>;

/** Sends a message and waits for it to come back. */
async function echo(socket: WebSocket): Promise<void> {
  const back = new Promise<void>((resolve) => {
    socket.on("message", (data: unknown) => String(data).includes('"chat_message"') && resolve());
  });
  socket.send(JSON.stringify({ type: "chat_message", content: "still there?" }));
  await back;
}

/** How often a room has come into memory. */
async function roomsStarted(server: { readonly url: string }): Promise<number> {
  return v.parse(v.number(), (await request(server.url, "/bench/rooms")).body);
}
