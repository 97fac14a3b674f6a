/** The servers that are compared: the app, the floor and the peer. */
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { startServer } from "../../test/support/e2e/server.ts";
import { World, type Pair, type TestServer } from "../../test/support/e2e/world.ts";
import type { Line, Target } from "./target.ts";
import { startWorker } from "./wrangler.ts";

const nothing = () => undefined;

/** The app in `wrangler dev`, just as its tests run it. */
export async function startApp(): Promise<Target> {
  const server = await startServer();
  return appTarget("app", server, () => server.stop());
}

/** A server of the app, by whatever means it was started. */
export function appTarget(name: string, server: TestServer, stop: () => Promise<void>): Target {
  const world = new World(server);
  return {
    name,
    stop,
    open: (count) => times(count, async () => pairLine(server, await world.pair())),
  };
}

/** A line between two users of the app. */
export function pairLine(server: { readonly wsUrl: string }, { ada, bob, id }: Pair): Promise<Line> {
  const url = (token: string) => `${server.wsUrl}/ws/chat/${id}/?token=${token}`;
  return socketLine(url(ada.token), url(bob.token));
}

export async function startFloor(): Promise<Target> {
  const server = await startWorker("floor");
  let rooms = 0;
  return {
    name: "floor",
    stop: () => server.stop(),
    open: (count) =>
      times(count, () => {
        const url = `${server.wsUrl}/${++rooms}`;
        return socketLine(url, url);
      }),
  };
}

export async function startPeer(): Promise<Target> {
  const folder = await mkdtemp(path.join(tmpdir(), "chat-peer-"));
  const child = fork(path.join(import.meta.dirname, "../peer/server.ts"), [path.join(folder, "peer.sqlite")]);
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message: { port: number }) => resolve(message.port));
    child.once("exit", () => reject(new Error("the peer did not start")));
  });
  let rooms = 0;
  const connect = (room: number) =>
    new Promise<ReturnType<typeof io>>((resolve, reject) => {
      const socket = io(`http://127.0.0.1:${port}`, {
        auth: { room },
        transports: ["websocket"],
        forceNew: true,
      });
      socket.once("connect", () => resolve(socket));
      socket.once("connect_error", reject);
    });
  return {
    name: "peer",
    stop: async () => {
      child.disconnect();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    open: (count) =>
      times(count, async () => {
        const room = ++rooms;
        const [ada, bob] = [await connect(room), await connect(room)];
        const line: Line = {
          send: (content) => void ada.emit("chat_message", { content }),
          onDelivered: nothing,
          onEcho: nothing,
          close: () => [ada, bob].forEach((socket) => socket.disconnect()),
        };
        ada.on("chat_message", () => line.onEcho());
        bob.on("chat_message", () => line.onDelivered());
        return line;
      }),
  };
}

/** A line over two plain WebSockets. */
async function socketLine(adaUrl: string, bobUrl: string): Promise<Line> {
  const [ada, bob] = [await openSocket(adaUrl), await openSocket(bobUrl)];
  const line: Line = {
    send: (content) => ada.send(JSON.stringify({ type: "chat_message", content })),
    onDelivered: nothing,
    onEcho: nothing,
    close: () => {
      for (const socket of [ada, bob]) socket.removeAllListeners("close").close();
    },
  };
  for (const socket of [ada, bob]) socket.once("close", failClosed);
  ada.on("message", (data) => isMessage(data) && line.onEcho());
  bob.on("message", (data) => isMessage(data) && line.onDelivered());
  return line;
}

export function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("open", () => resolve(socket));
  });
}

function failClosed(code: number): never {
  throw new Error(`the server closed a socket with ${code}; has a source file changed meanwhile?`);
}

// Presence travels on the same sockets.
function isMessage(data: unknown): boolean {
  const text = String(data);
  if (text.includes('"error"')) throw new Error(`the server refused a message: ${text}`);
  return text.includes('"chat_message"');
}

async function times<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) made.push(await make());
  return made;
}
