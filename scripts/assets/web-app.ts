/** Bundles the web app. Its files are named for their contents, so that browsers may keep them for good. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../wrangler-env.ts";
import type { Asset } from "./build.ts";

const outDirectory = path.join(projectRoot, ".assets");

/** The app's page with its scripts and styles. */
export async function webApp(): Promise<Asset[]> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: {
      app: "src/web/main.tsx",
      theme: "src/web/theme-boot.ts",
      style: "src/web/styles/main.css",
    },
    outdir: outDirectory,
    entryNames: "app/[name]-[hash]",
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome126", "firefox128", "safari18"],
    jsx: "automatic",
    // The hooks of the SDK are written for React; this is the part of it that Preact has.
    alias: { react: "preact/compat" },
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  const names = new Map(
    Object.entries(metafile.outputs).map(([file, { entryPoint }]) => [
      entryPoint,
      path.relative(".assets", file),
    ]),
  );
  const page = (await readFile(path.join(projectRoot, "src/web/index.html"), "utf8"))
    .replace("%app.js%", nameOf(names, "src/web/main.tsx"))
    .replace("%theme.js%", nameOf(names, "src/web/theme-boot.ts"))
    .replace("%app.css%", nameOf(names, "src/web/styles/main.css"));
  return [
    { path: "index.html", content: new TextEncoder().encode(page) },
    ...outputFiles.map((file) => ({ path: path.relative(outDirectory, file.path), content: file.contents })),
  ];
}

function nameOf(names: ReadonlyMap<string | undefined, string>, entry: string): string {
  const name = names.get(entry);
  if (name === undefined) throw new Error(`${entry} was not built.`);
  return `/${name}`;
}
