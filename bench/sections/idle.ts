/** What a socket costs that is open and silent: resident memory of the runtime. */
import { setTimeout as delay } from "node:timers/promises";
import { World } from "../../test/support/e2e/world.ts";
import type { Section } from "../lib/section.ts";
import { openSocket } from "../lib/targets.ts";
import { startWorker } from "../lib/wrangler.ts";

const CONVERSATIONS = 100;
const SOCKETS_EACH = 20;
/** Objects leave memory after ten silent seconds, their sockets stay. */
const ASLEEP_MS = 15_000;

export const idle: Section = async ({ say }) => {
  const server = await startWorker("app");
  const sockets = [];
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
    const each = (bytes: number) => `${((bytes - before) / sockets.length / 1024).toFixed(1)} kB`;
    const inAll = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
    const table = [
      ["", "runtime", "more for each socket"],
      [`${CONVERSATIONS} conversations, no socket`, inAll(before), ""],
      [`${sockets.length} sockets just opened`, inAll(open), each(open)],
      [`${sockets.length} sockets after ${ASLEEP_MS / 1000} s of silence`, inAll(asleep), each(asleep)],
    ];
    return [{ title: "Idle sockets", table }];
  } finally {
    for (const socket of sockets) socket.terminate();
    await server.stop();
  }
};
