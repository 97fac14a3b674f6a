import { spawnSync } from "node:child_process";
import { projectRoot, wranglerBin, wranglerEnv } from "./wrangler-env.ts";

/** Brings the local D1 up to date. Quiet unless it fails, because `dev` runs it on every start. */
export function migrateLocal(extraArgs: readonly string[] = []): boolean {
  const run = spawnSync(
    process.execPath,
    [wranglerBin, "d1", "migrations", "apply", "DB", "--local", ...extraArgs],
    { cwd: projectRoot, encoding: "utf8", env: { ...process.env, ...wranglerEnv } },
  );
  if (run.status === 0) return true;
  console.error(run.stdout + run.stderr);
  console.error("The D1 migrations could not be applied.");
  return false;
}

if (import.meta.main) {
  if (migrateLocal(process.argv.slice(2))) console.log("The local D1 database is up to date.");
  else process.exitCode = 1;
}
