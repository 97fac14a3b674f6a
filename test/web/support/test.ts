/** `test` with people and browser windows of its own; what a page complains of fails the test. */
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from "playwright-core";
import { expect, inject, test as base } from "vitest";
import { World } from "../../support/e2e/world.ts";
import type { User } from "../../support/e2e/client.ts";
import { ChatWindow } from "./chat-window.ts";
import { chromiumArgs, chromiumPath } from "./chromium.ts";
import { Network } from "./network.ts";

const MISSING = "No Chromium or Chrome was found: install one, or name it in CHROMIUM_PATH.";

interface OpenOptions extends BrowserContextOptions {
  readonly conversation?: number;
  /** The way to the server; by default there is nothing between. */
  readonly network?: Network;
  /** In place of a token that lasts. */
  readonly token?: string;
}

/** Opens windows, each with a profile of its own, and closes them after the test. */
class Windows {
  readonly #browser: Browser;
  readonly #world: World;
  readonly #contexts: BrowserContext[] = [];
  readonly #windows: ChatWindow[] = [];
  readonly #networks: Network[] = [];

  constructor(browser: Browser, world: World) {
    this.#browser = browser;
    this.#world = world;
  }

  /** The app as a user who came by way of their host. */
  async open(user: User, options: OpenOptions = {}): Promise<ChatWindow> {
    const { conversation, network, token = user.token, ...contextOptions } = options;
    const context = await this.context(contextOptions);
    const place = conversation === undefined ? "" : `&conversation=${conversation}`;
    return this.openIn(context, `${network?.url ?? this.#world.server.url}/#token=${token}${place}`);
  }

  /** The app at any address. */
  async openIn(context: BrowserContext, url = this.#world.server.url): Promise<ChatWindow> {
    const window = await ChatWindow.open(context, url);
    this.#windows.push(window);
    return window;
  }

  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ["clipboard-read", "clipboard-write"],
      ...options,
    });
    this.#contexts.push(context);
    return context;
  }

  async network(): Promise<Network> {
    const network = await Network.open(this.#world.server.url);
    this.#networks.push(network);
    return network;
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    for (const network of this.#networks) network.close();
    expect(this.#windows.flatMap((window) => window.faults)).toEqual([]);
  }
}

const withBrowser = base.extend<{
  readonly browser: Browser;
  readonly world: World;
  readonly windows: Windows;
}>({
  browser: [
    // oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures off this pattern
    async ({}, use) => {
      if (chromiumPath === null) throw new Error(MISSING);
      const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
      await use(browser);
      await browser.close();
    },
    { scope: "file" },
  ],
  // oxlint-disable-next-line no-empty-pattern -- as above
  world: async ({}, use) => {
    const world = new World(inject("webServer"));
    await use(world);
    world.end();
  },
  windows: async ({ browser, world }, use) => {
    const windows = new Windows(browser, world);
    await use(windows);
    await windows.close();
  },
});

const isSkipped = chromiumPath === null && !inject("isBrowserRequired");
if (isSkipped) process.emitWarning(`${MISSING} The browser tests are skipped.`);

/** A test in a browser; skipped where there is none, except on CI. */
export const test = isSkipped ? withBrowser.skip : withBrowser;
