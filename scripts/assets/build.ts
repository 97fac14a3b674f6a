/** Puts the static files of the Worker into `.assets`, the directory that wrangler.toml names. */
import { Buffer } from "node:buffer";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../wrangler-env.ts";
import { steps } from "./steps.ts";

/** A file to serve; `path` is relative to the root of the site. */
export interface Asset {
  readonly path: string;
  readonly content: Uint8Array;
}

const assetsDirectory = path.join(projectRoot, ".assets");

/**
 * Runs every step. A file that is there already is not written again, since a running `wrangler dev` reloads, and so drops
 * its sockets, whenever one changes.
 */
export async function buildAssets(): Promise<void> {
  const assets = (await Promise.all(steps.map((step) => step()))).flat();
  await mkdir(assetsDirectory, { recursive: true });
  await withScratchDirectory(async (scratch) => {
    for (const [index, asset] of assets.entries()) await place(asset, path.join(scratch, String(index)));
  });
  await removeOthers(assets);
}

async function place(asset: Asset, scratchFile: string): Promise<void> {
  const target = path.join(assetsDirectory, asset.path);
  const present = await readFile(target).catch(() => null);
  if (present !== null && Buffer.compare(present, asset.content) === 0) return;
  await mkdir(path.dirname(target), { recursive: true });
  // Renamed into place: another server that is running must never serve half a file.
  await writeFile(scratchFile, asset.content);
  await rename(scratchFile, target);
}

async function removeOthers(assets: readonly Asset[]): Promise<void> {
  const wanted = new Set(assets.map((asset) => path.join(assetsDirectory, asset.path)));
  const entries = await readdir(assetsDirectory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !wanted.has(file)) await rm(file, { force: true });
  }
}

/** A directory on the same disk, as a rename needs, that no server looks at. */
async function withScratchDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const parent = path.join(projectRoot, ".wrangler");
  await mkdir(parent, { recursive: true });
  const scratch = await mkdtemp(path.join(parent, "assets-"));
  try {
    await use(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
