/** WCAG 2.2 A and AA, as far as axe can tell, in the main states and both themes. */
import axe from "axe-core";
import { describe, expect } from "vitest";
import type { ChatWindow } from "./support/chat-window.ts";
import { test } from "./support/test.ts";

const OPTIONS = JSON.stringify({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });

async function violations(window: ChatWindow): Promise<unknown> {
  // Not as a script of the page: its policy would refuse that.
  await window.page.evaluate(axe.source);
  return window.page.evaluate(
    `axe.run(${OPTIONS}).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))`,
  );
}

describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
  test("signing in", async ({ windows }) => {
    const window = await windows.openIn(await windows.context({ colorScheme }));
    await window.page.getByLabel("Your name").waitFor();
    expect(await violations(window)).toEqual([]);
    await window.page.getByRole("button", { name: "Sign in" }).click();
    await window.page.getByRole("alert").waitFor();
    expect(await violations(window)).toEqual([]);
  });

  test("an empty list, a search, the menu", async ({ world, windows }) => {
    const ada = await world.user();
    const adas = await windows.open(ada, { colorScheme });
    await adas.page.getByText("No conversations yet").waitFor();
    expect(await violations(adas)).toEqual([]);
    await adas.page.getByRole("button", { name: "Settings" }).click();
    expect(await violations(adas)).toEqual([]);
    await adas.page.keyboard.press("Escape");
    await adas.page.getByRole("textbox", { name: /Search/ }).fill("nobody like this");
    await adas.page.getByText(/No one called/).waitFor();
    expect(await violations(adas)).toEqual([]);
  });

  test("a conversation with unread, failed and big messages", async ({ world, windows }) => {
    const { ada, bob, id } = await world.pair();
    await ada.say(bob, "Look: https://example.com/");
    await bob.say(ada, "🦋");
    await bob.say(ada, "x\n".repeat(40) + "y");
    const adas = await windows.open(ada, { conversation: id, colorScheme });
    await adas.page.getByText("New messages").waitFor();
    await adas.send("x".repeat(5_000));
    await adas.page.getByText(/Not sent/).waitFor();
    const bobs = await windows.open(bob, { conversation: id });
    await adas.page.locator(".head").getByText("Online").waitFor();
    await bobs.input.pressSequentially("and then", { delay: 150 });
    await adas.page.getByText("Typing…").waitFor();
    expect(await violations(adas)).toEqual([]);
  });

  test("a conversation that is not there, on a phone", async ({ world, windows }) => {
    const ada = await world.user();
    const viewport = { width: 390, height: 844 };
    const adas = await windows.open(ada, { conversation: 999_999_999, colorScheme, viewport });
    await adas.page.getByText("not available").waitFor();
    expect(await violations(adas)).toEqual([]);
  });
});
