/** Starts the one server that the e2e files share, and ends it after the last of them. */
import type { TestProject } from "vitest/node";
import { startServer } from "./server.ts";
import type { TestServer } from "./world.ts";

declare module "vitest" {
  interface ProvidedContext {
    e2eServer: TestServer;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const { url, wsUrl, secret, persistTo } = server;
  project.provide("e2eServer", { url, wsUrl, secret, persistTo });
  return () => server.stop();
}
