import path from "node:path";

export const projectRoot = path.join(import.meta.dirname, "..");

/** Run with `process.execPath`: the `.bin` link would start whatever Node is first on PATH. */
export const wranglerBin = path.join(projectRoot, "node_modules/wrangler/bin/wrangler.js");

/** Wrangler without prompts, telemetry, banner or calls to the network. Shared by scripts and tests. */
export const wranglerEnv = {
  CI: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
  X_LOCAL_OBSERVABILITY: "false",
};
