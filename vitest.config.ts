import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { wranglerEnv } from "./scripts/wrangler-env.ts";

const isCi = process.env["CI"] === "true";

// The pool reads these through wrangler: no telemetry, no fetch of Request.cf.
Object.assign(process.env, wranglerEnv);

export default defineConfig(async () => ({
  test: {
    // Every workers file starts a workerd of its own; more than two at once only slows small machines down.
    maxWorkers: 2,
    projects: [
      {
        test: { name: "unit", environment: "node", include: ["test/unit/**/*.test.ts"] },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                JWT_SECRET: "test-secret-test-secret-test-secret",
                OPERATOR_SECRET: "operator-secret-operator-secret-operator",
                ...(process.env["MODEL_RUNS"] ? { MODEL_RUNS: process.env["MODEL_RUNS"] } : {}),
                TEST_MIGRATIONS: await readD1Migrations(path.join(import.meta.dirname, "migrations")),
              },
            },
          }),
        ],
        test: {
          name: "workers",
          // Bounded waits within tests say what they miss; this is for machines that are busy besides.
          testTimeout: 30_000,
          include: ["test/workers/**/*.test.ts"],
          globalSetup: ["./test/support/build-assets.ts"],
          setupFiles: ["./test/support/apply-migrations.ts"],
        },
      },
      {
        test: {
          name: "e2e",
          environment: "node",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["./test/support/e2e/global-setup.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // Each file starts a server; two at a time would make their timings depend on each other.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "web",
          environment: "node",
          include: ["test/web/**/*.test.ts"],
          globalSetup: ["./test/web/support/global-setup.ts"],
          provide: { isBrowserRequired: isCi },
          // A browser beside its server on two shared cores may miss a frame; a fault of ours fails twice.
          retry: isCi ? 1 : 0,
          testTimeout: 45_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
}));
