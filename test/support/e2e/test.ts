/** `test` with a `world` of its own per test, on the run's shared server or on one of the file's own. */
import { inject, test as base, type TestAPI } from "vitest";
import { startServer, type ServerOptions } from "./server.ts";
import { World, type TestServer } from "./world.ts";

/** On the server that all files of a run share. */
export const test = withWorld(base.extend<{ readonly server: TestServer }>({ server: inject("e2eServer") }));

/** On a server with these settings, which starts with the file's first test and ends with its last. */
export function testOn(options: ServerOptions): typeof test {
  const withServer = base.extend<{ readonly server: TestServer }>({
    server: [
      // oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures off this pattern
      async ({}, use) => {
        const server = await startServer(options);
        await use(server);
        await server.stop();
      },
      { scope: "file" },
    ],
  });
  return withWorld(withServer);
}

function withWorld(withServer: TestAPI<{ readonly server: TestServer }>) {
  return withServer.extend<{ readonly world: World }>({
    world: async ({ server }, use) => {
      const world = new World(server);
      await use(world);
      world.end();
    },
  });
}
