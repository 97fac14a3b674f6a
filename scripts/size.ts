/**
 * `npm run size`: how large the Worker is that would be deployed, and how long its modules take to start. By wrangler's own dry
 * run; nothing leaves the machine.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { projectRoot, wranglerBin, wranglerEnv } from "./wrangler-env.ts";

export interface BundleSize {
  /** Bytes. */
  readonly raw: number;
  readonly gzipped: number;
  /** Milliseconds for the modules to run, in Node on this machine: the median of some starts. The platform allows 1,000. */
  readonly startMs: number;
}

const STARTS = 7;

/** Runs the bundle once with the platform's module stood in for, and prints how long that took. */
const START_SCRIPT = `
  import { registerHooks } from "node:module";
  const stub = "export class DurableObject {} export const env = { JWT_SECRET: 'x' };";
  registerHooks({
    resolve: (name, context, next) =>
      name === "cloudflare:workers"
        ? { url: "data:text/javascript," + encodeURIComponent(stub), shortCircuit: true }
        : next(name, context),
  });
  const startedAt = performance.now();
  await import(process.argv[1]);
  console.log(performance.now() - startedAt);
`;

function startMilliseconds(bundle: string): number {
  const times = Array.from({ length: STARTS }, () => {
    const run = spawnSync(
      process.execPath,
      ["--input-type=module", "--eval", START_SCRIPT, pathToFileURL(bundle).href],
      { encoding: "utf8" },
    );
    if (run.status !== 0) throw new Error(`The Worker could not be started:\n${run.stderr}`);
    return Number(run.stdout);
  });
  return times.toSorted((a, b) => a - b)[Math.floor(STARTS / 2)] ?? Infinity;
}

/** Bundles the Worker as a deployment does and measures it. */
export async function bundleSize(): Promise<BundleSize> {
  const folder = await mkdtemp(path.join(tmpdir(), "chat-size-"));
  try {
    const run = spawnSync(process.execPath, [wranglerBin, "deploy", "--dry-run", "--outdir", folder], {
      cwd: projectRoot,
      encoding: "utf8",
      env: {
        ...process.env,
        ...wranglerEnv,
        // The build command of wrangler.toml has to find the same Node.
        PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
        WRANGLER_LOG_PATH: path.join(folder, "logs"),
      },
    });
    if (run.status !== 0) throw new Error(`The Worker could not be bundled:\n${run.stdout}${run.stderr}`);
    const file = path.join(folder, "index.js");
    const bundle = await readFile(file);
    // Named so that Node takes it for a module.
    const module = path.join(folder, "index.mjs");
    await rename(file, module);
    return { raw: bundle.length, gzipped: gzipSync(bundle).length, startMs: startMilliseconds(module) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { raw, gzipped, startMs } = await bundleSize();
  const inKilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(
    `The Worker is ${inKilobytes(raw)}, ${inKilobytes(gzipped)} gzipped; its modules start in ${startMs.toFixed(0)} ms.`,
  );
}
