/** Where the static files come from. A further part of the site is one more function in the list. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { projectRoot } from "../wrangler-env.ts";
import type { Asset } from "./build.ts";
import { webApp } from "./web-app.ts";

const require = createRequire(import.meta.url);

/** Yields some of the files of the site; steps run side by side and know nothing of one another. */
export type Step = () => Promise<Asset[]>;

export const steps: readonly Step[] = [headers, icon, webApp, apiDocs];

/** The response headers of all static files. */
async function headers(): Promise<Asset[]> {
  return [await copy("src/web/_headers", "_headers")];
}

async function icon(): Promise<Asset[]> {
  return [await copy("src/web/icon.svg", "icon.svg")];
}

/** The page of the API, what it shows, and the viewer that shows it. */
function apiDocs(): Promise<Asset[]> {
  // The package's own entry is for bundlers; beside it lies one file for browsers with everything in it.
  const entry = require.resolve("openapi-explorer");
  const viewer = path.join(path.dirname(entry), "../browser/openapi-explorer.min.js");
  return Promise.all([
    copy("src/web/api-docs/index.html", "api-docs/index.html"),
    copy("src/web/api-docs/page.css", "api-docs/page.css"),
    copy("docs/openapi.json", "api-docs/openapi.json"),
    // As plain text, which every browser shows.
    copy("docs/websocket.md", "api-docs/websocket.txt"),
    copy(viewer, "api-docs/openapi-explorer.js"),
  ]);
}

async function copy(source: string, target: string): Promise<Asset> {
  return { path: target, content: await readFile(path.resolve(projectRoot, source)) };
}
