/** Runs the real server: `wrangler dev` on a migrated data folder, in a process group that ends with the tests. */
import type { Buffer } from "node:buffer";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { projectRoot, wranglerBin, wranglerEnv } from "../../../scripts/wrangler-env.ts";
import { freePort } from "./free-port.ts";
import { request } from "./http.ts";
import { until } from "./until.ts";
import type { TestServer } from "./world.ts";

const START_MS = 60_000;
const STOP_GRACE_MS = 5_000;

export interface ServerOptions {
  /** Settings, as `--var` takes them. `JWT_SECRET: null` leaves the secret out. */
  readonly vars?: Readonly<Record<string, string | null>>;
  /** A data folder that outlives the server; without it the server has one of its own and removes it. */
  readonly persistTo?: string;
  /** `info` lets the Worker's own lines through to `output`. */
  readonly logLevel?: "info" | "warn";
}

export interface RunningServer extends TestServer {
  /** The last of what the server has printed. */
  output(): string;
  /** Ends the server as a terminal would. */
  stop(): Promise<void>;
  /** Ends every process of the server at once, as a power cut would. */
  kill9(): Promise<void>;
}

/** Starts a server and waits until it answers. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const persistTo = options.persistTo ?? (await makeDataFolder());
  // An empty one, so that what .dev.vars holds for development does not count here.
  const envFile = path.join(persistTo, "empty.env");
  await writeFile(envFile, "");
  try {
    await migrate(persistTo);
  } catch (cause) {
    await forgetOwnFolder();
    throw cause;
  }

  const secret = options.vars?.["JWT_SECRET"] ?? `e2e-${crypto.randomUUID()}${crypto.randomUUID()}`;
  const vars = { JWT_SECRET: secret, ...options.vars };
  const port = await freePort();
  const settings = Object.entries(vars).flatMap(([name, value]) =>
    value === null ? [] : ["--var", `${name}:${value}`],
  );
  const args = `dev --ip 127.0.0.1 --port ${port} --inspector-port 0 --show-interactive-dev-session=false`;
  const child = spawnWrangler(
    [
      ...args.split(" "),
      "--log-level",
      options.logLevel ?? "warn",
      "--persist-to",
      persistTo,
      "--env-file",
      envFile,
      ...settings,
    ],
    persistTo,
  );
  const url = `http://127.0.0.1:${port}`;
  const output = collectOutput(child);

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ended = exited(child);
    signalGroup(child, signal);
    const waited = new AbortController();
    await Promise.race([ended, delay(STOP_GRACE_MS, undefined, { signal: waited.signal, ref: false })]);
    waited.abort();
    // workerd may outlive wrangler.
    signalGroup(child, "SIGKILL");
    await ended;
    await until("the port to be closed", async () => ((await answers(url)) ? undefined : true));
  }

  async function stop(): Promise<void> {
    await end("SIGTERM");
    await forgetOwnFolder();
  }

  async function forgetOwnFolder(): Promise<void> {
    if (options.persistTo === undefined) await removeDataFolder(persistTo);
  }

  try {
    await until(
      "the server to answer",
      async () => {
        if (child.exitCode !== null) throw new Error(`wrangler ended with ${child.exitCode}`);
        return (await answers(url)) ? true : undefined;
      },
      START_MS,
    );
  } catch (cause) {
    await stop();
    throw new Error(`The server did not start:\n${output()}`, { cause });
  }
  return {
    url,
    wsUrl: `ws://127.0.0.1:${port}`,
    secret,
    persistTo,
    output,
    stop,
    kill9: () => end("SIGKILL"),
  };
}

/** A new, empty data folder. */
export function makeDataFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "chat-e2e-"));
}

/** Removes a data folder whose server has ended. */
export function removeDataFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function migrate(persistTo: string): Promise<void> {
  const args = ["d1", "migrations", "apply", "DB", "--local", "--persist-to", persistTo];
  const child = spawnWrangler(args, persistTo);
  const output = collectOutput(child);
  const code = await exited(child);
  if (code !== 0) throw new Error(`The migrations could not be applied (${code}):\n${output()}`);
}

function spawnWrangler(args: readonly string[], persistTo: string): ChildProcess {
  const child = spawn(process.execPath, [wranglerBin, ...args], {
    cwd: projectRoot,
    detached: true, // a process group of its own, so that ending it reaches workerd too
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...withoutTestVariables(process.env),
      ...wranglerEnv,
      // The build command of wrangler.toml has to find the same Node.
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
      // Servers that run side by side must not find one another.
      WRANGLER_REGISTRY_PATH: path.join(persistTo, "registry"),
      WRANGLER_LOG_PATH: path.join(persistTo, "logs"),
    },
  });
  const endWithTests = () => signalGroup(child, "SIGKILL");
  process.once("exit", endWithTests);
  child.once("exit", () => process.off("exit", endWithTests));
  return child;
}

/** Wrangler builds the Worker for the environment that NODE_ENV names; it is not under test itself. */
function withoutTestVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(NODE_ENV|NODE_OPTIONS|TEST|VITEST.*)$/.test(name)),
  );
}

function collectOutput(child: ChildProcess): () => string {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
    });
  }
  return () => output;
}

function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

function answers(url: string): Promise<boolean> {
  return request(url, "/api/chat/conversations/").then(
    () => true,
    () => false,
  );
}
