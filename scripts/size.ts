/** `npm run size`: how large the Worker is that would be deployed, by wrangler's own dry run; nothing leaves the machine. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { projectRoot, wranglerBin, wranglerEnv } from "./wrangler-env.ts";

export interface BundleSize {
  /** Bytes. */
  readonly raw: number;
  readonly gzipped: number;
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
    const bundle = await readFile(path.join(folder, "index.js"));
    return { raw: bundle.length, gzipped: gzipSync(bundle).length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { raw, gzipped } = await bundleSize();
  const inKilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`The Worker is ${inKilobytes(raw)}, ${inKilobytes(gzipped)} gzipped.`);
}
