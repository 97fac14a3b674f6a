/** Starts the one server that the browser tests share, with sign-in by name, and ends it after the last of them. */
import type { TestProject } from "vitest/node";
import { buildAssets } from "../../../scripts/assets/build.ts";
import { startServer } from "../../support/e2e/server.ts";
import type { TestServer } from "../../support/e2e/world.ts";

declare module "vitest" {
  interface ProvidedContext {
    webServer: TestServer;
    /** Whether a missing browser is a failure. */
    isBrowserRequired: boolean;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildAssets();
  const server = await startServer({ vars: { DEV_SIGN_IN: "on" } });
  const { url, wsUrl, secret, persistTo } = server;
  project.provide("webServer", { url, wsUrl, secret, persistTo });
  return () => server.stop();
}
