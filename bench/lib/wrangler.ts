/** `wrangler dev` for the benchmark's own Workers, as test/support/e2e/server.ts runs it for the app. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { migrateLocal } from "../../scripts/migrate.ts";
import { projectRoot, wranglerBin, wranglerEnv } from "../../scripts/wrangler-env.ts";
import { freePort } from "../../test/support/e2e/free-port.ts";
import { request } from "../../test/support/e2e/http.ts";
import { makeDataFolder, removeDataFolder } from "../../test/support/e2e/server.ts";
import { until } from "../../test/support/e2e/until.ts";

export const BENCH_SECRET = "bench-secret-bench-secret-bench-secret";

export interface Memory {
  readonly worker: number;
  readonly proxy: number;
}

export interface BenchServer {
  readonly url: string;
  readonly wsUrl: string;
  readonly secret: string;
  readonly persistTo: string;
  /** Resident memory in bytes: of the runtime that the Worker runs in, and of the one of wrangler's proxy before it. */
  memory(): Memory;
  stop(): Promise<void>;
}

/**
 * Starts the Worker of one of the folders of bench/.
 *
 * @param persistTo a migrated data folder that stays; without it the server has one of its own
 */
export async function startWorker(
  folder: "floor" | "app",
  vars: Readonly<Record<string, string>> = {},
  persistTo?: string,
): Promise<BenchServer> {
  const data = persistTo ?? (await newDataFolder());
  const port = await freePort();
  const settings = Object.entries({ JWT_SECRET: BENCH_SECRET, ...vars }).flatMap(([name, value]) => [
    "--var",
    `${name}:${value}`,
  ]);
  const config = path.join(projectRoot, "bench", folder, "wrangler.toml");
  const args = `dev --ip 127.0.0.1 --port ${port} --inspector-port 0 --show-interactive-dev-session=false --log-level warn`;
  const child = spawn(
    process.execPath,
    [wranglerBin, ...args.split(" "), "--config", config, "--persist-to", data, ...settings],
    {
      cwd: projectRoot,
      detached: true, // a process group of its own, so that ending it reaches workerd too
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        ...wranglerEnv,
        WRANGLER_REGISTRY_PATH: path.join(data, "registry"),
        WRANGLER_LOG_PATH: path.join(data, "logs"),
      },
    },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group has ended by itself.
    }
  };
  const endWithUs = () => signal("SIGKILL");
  process.once("exit", endWithUs);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    signal("SIGTERM");
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000).unref())]);
    signal("SIGKILL");
    process.off("exit", endWithUs);
    if (persistTo === undefined) await removeDataFolder(data);
  };
  try {
    await until(
      `${folder} to answer`,
      () =>
        request(url, "/bench/cost").then(
          () => true,
          () => undefined,
        ),
      60_000,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const memory = () => runtimeMemory(child.pid ?? 0);
  return { url, wsUrl: `ws://127.0.0.1:${port}`, secret: BENCH_SECRET, persistTo: data, memory, stop };
}

/** A data folder with the tables of D1. */
export async function newDataFolder(): Promise<string> {
  const folder = await makeDataFolder();
  if (!migrateLocal(["--persist-to", folder])) throw new Error("no tables");
  return folder;
}

/** Looks at the workerd processes of a process group. */
function runtimeMemory(group: number): Memory {
  const found = { worker: 0, proxy: 0 };
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const [, command, rest = ""] =
        /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      if (command !== "workerd" || Number(rest.split(" ")[2]) !== group) continue;
      // The proxy has the port that was asked for; the Worker's runtime takes any.
      const isWorker = readFileSync(`/proc/${name}/cmdline`, "utf8").includes("entry=127.0.0.1:0");
      const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1] ?? 0);
      found[isWorker ? "worker" : "proxy"] += kilobytes * 1024;
    } catch {
      // A process that has ended meanwhile.
    }
  }
  return found;
}
