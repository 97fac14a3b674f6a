import { spawn, spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { migrateLocal } from "./migrate.ts";
import { projectRoot, wranglerBin, wranglerEnv } from "./wrangler-env.ts";

const STOP_GRACE_MS = 5_000;

const args = process.argv.slice(2);
const { values } = parseArgs({
  args,
  allowPositionals: true,
  strict: false, // everything else is for wrangler to understand
  options: {
    port: { type: "string" },
    "log-level": { type: "string" },
    "persist-to": { type: "string" },
  },
});

// The data folder must be the same for both commands, or the server would start without tables.
const persistTo = values["persist-to"];
if (!migrateLocal(typeof persistTo === "string" ? ["--persist-to", persistTo] : [])) process.exit(1);

// Not detached: a terminal, or a test that ends the process group, must reach wrangler and workerd as well.
const wrangler = spawn(
  process.execPath,
  [
    wranglerBin,
    "dev",
    ...(values.port === undefined ? ["--port", "8787"] : []),
    ...(values["log-level"] === undefined ? ["--log-level", "warn"] : []),
    ...args,
  ],
  {
    cwd: projectRoot,
    env: { ...process.env, ...wranglerEnv },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  },
);

wrangler.on("message", (message) => {
  const port = readyPort(message);
  if (port !== undefined) console.log(`bizbuch-chat is listening on http://localhost:${port}`);
});

let stopping = false;

function stop(): void {
  if (stopping) return;
  stopping = true;
  wrangler.kill("SIGTERM");
  setTimeout(() => {
    // Ended from the leaves up, so that nothing is left without a parent.
    for (const pid of descendants(process.pid).reverse()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself meanwhile.
      }
    }
  }, STOP_GRACE_MS).unref();
}

wrangler.on("exit", (code) => {
  process.exit(stopping ? 0 : (code ?? 1));
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);

// npm killed outright passes no signal on, and a shell between it and this process would hide that.
if (process.env["npm_lifecycle_event"] !== undefined) {
  const parent = processes().find(({ pid }) => pid === process.ppid);
  const npm = parent?.command.endsWith("sh") ? parent.ppid : process.ppid;
  setInterval(() => {
    if (!isAlive(npm)) stop();
  }, 1_000).unref();
}

/** Wrangler's ready message is JSON text: `{"event":"DEV_SERVER_READY","ip":"…","port":8787}`. */
function readyPort(message: unknown): number | undefined {
  if (typeof message !== "string") return undefined;
  const parsed: unknown = JSON.parse(message);
  if (typeof parsed !== "object" || parsed === null || !("event" in parsed) || !("port" in parsed))
    return undefined;
  return parsed.event === "DEV_SERVER_READY" && typeof parsed.port === "number" ? parsed.port : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function descendants(root: number): number[] {
  const all = processes();
  const found: number[] = [];
  const queue = [root];
  for (const parent of queue) {
    const children = all.filter(({ ppid }) => ppid === parent).map(({ pid }) => pid);
    found.push(...children);
    queue.push(...children);
  }
  return found;
}

function processes(): { pid: number; ppid: number; command: string }[] {
  // Slim container images and Windows have no `ps`; the ordinary ways to stop work without it.
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
  return [...(stdout ?? "").matchAll(/^\s*(\d+)\s+(\d+)\s+(.*?)\s*$/gm)].map(([, pid, ppid, command]) => ({
    pid: Number(pid),
    ppid: Number(ppid),
    command: command ?? "",
  }));
}
