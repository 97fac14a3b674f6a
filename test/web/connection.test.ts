/** The app while the network, or the session, fails. */
import { describe, expect } from "vitest";
import { seconds } from "../support/e2e/tokens.ts";
import { test } from "./support/test.ts";

describe("offline, then online", () => {
  test("what both wrote meanwhile arrives once and in order", async ({ world, windows }) => {
    const { ada, bob, id } = await world.pair();
    const network = await windows.network();
    const adas = await windows.open(ada, { conversation: id, network });
    const bobs = await windows.open(bob, { conversation: id });
    await adas.send("before");
    await adas.waitForStatus("before", "Read");

    network.cut();
    await adas.page
      .locator(".head")
      .getByText(/No connection|Connecting/)
      .waitFor();
    for (const number of [1, 2, 3]) await adas.send(`ada ${number}`);
    for (const number of [1, 2, 3]) await bobs.send(`bob ${number}`);
    await adas.waitForStatus("ada 3", "Sending");
    await bobs.waitForStatus("bob 3", "Sent");
    network.heal();

    await adas.waitForStatus("ada 3", "Read");
    const all = ["before", "bob 1", "bob 2", "bob 3", "ada 1", "ada 2", "ada 3"];
    await expect.poll(() => adas.texts()).toEqual(all);
    await expect.poll(() => bobs.texts()).toEqual(all);
    await adas.page.locator(".head").getByText("Online").waitFor();
  });

  test("a reload in mid-send sends once, whether or not the message had arrived", async ({
    world,
    windows,
  }) => {
    const { ada, bob, id } = await world.pair();
    const network = await windows.network();
    const adas = await windows.open(ada, { conversation: id, network });
    const bobs = await windows.open(bob, { conversation: id });
    await adas.send("before");
    await adas.waitForStatus("before", "Read");

    network.deafen();
    await adas.send("arrived, unanswered");
    await bobs.message("arrived, unanswered").waitFor();
    await adas.waitForStatus("arrived, unanswered", "Sending");
    network.heal();
    network.cut();
    await adas.send("never left");
    network.heal();
    await adas.page.reload();

    await adas.waitForStatus("never left", "Read");
    const all = ["before", "arrived, unanswered", "never left"];
    await expect.poll(() => adas.texts()).toEqual(all);
    await expect.poll(() => bobs.texts()).toEqual(all);
  });
});

describe("a token that expires", () => {
  test("ends the session calmly; a new one in the address goes on with it", async ({ world, windows }) => {
    const { ada, bob, id } = await world.pair();
    const token = world.token(ada.id, { exp: seconds(4) });
    const adas = await windows.open(ada, { conversation: id, token });
    await adas.send("in time");
    await adas.waitForStatus("in time", "Sent");
    await adas.page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
    await bob.say(ada, "meanwhile");
    await adas.page.evaluate((fresh) => {
      location.hash = `#token=${fresh}&conversation=${location.hash.split("/").at(-1)}`;
    }, ada.token);
    await expect.poll(() => adas.texts()).toEqual(["in time", "meanwhile"]);
  });

  test("is renewed without a word after a sign-in by name", async ({ world, windows }) => {
    const { ada, bob, id } = await world.pair();
    const tokens = [world.token(ada.id, { exp: seconds(4) }), ada.token];
    const context = await windows.context();
    await context.route("**/api/dev/sign-in", (route) =>
      route.request().method() === "POST"
        ? route.fulfill({ json: { token: tokens.shift(), user: {} } })
        : route.continue(),
    );
    const adas = await windows.openIn(context);
    await adas.page.getByLabel("Your name").fill("ada");
    await adas.page.getByRole("button", { name: "Sign in" }).click();
    await adas.page.locator(`[data-conversation="${id}"]`).click();
    await expect.poll(() => tokens.length, { timeout: 15_000 }).toBe(0);
    await bob.say(ada, "still there?");
    await adas.message("still there?").waitFor();
    expect(await adas.page.getByRole("dialog").count()).toBe(0);
  });
});
