/** What the first visit loads. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { webApp } from "../../scripts/assets/web-app.ts";

const MAX_SCRIPT_BYTES = 100_000;

test("the scripts are small, and the page names every file with its hash", async () => {
  const assets = await webApp();
  const scripts = assets.filter(({ path }) => path.endsWith(".js"));
  const size = scripts.reduce((total, { content }) => total + gzipSync(content).byteLength, 0);
  expect(size).toBeLessThan(MAX_SCRIPT_BYTES);
  const page = new TextDecoder().decode(assets.find(({ path }) => path === "index.html")?.content);
  for (const { path } of assets) {
    if (path === "index.html") continue;
    expect(path).toMatch(/^app\/\w+-[0-9A-Z]{8}\.(js|css)$/);
    expect(page).toContain(`"/${path}"`);
  }
  expect(page).not.toMatch(/%|<script>|style=/);
});
