/** The app as people use it, with the network as it should be. */
import { describe, expect } from "vitest";
import { test } from "./support/test.ts";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("two people", () => {
  test("see each other's messages, receipts, typing and presence", async ({ world, windows }) => {
    const ada = await world.user({ username: "ada", display_name: "Ada" });
    const bob = await world.user({ username: "bob", display_name: "Bob" });
    const { id } = await ada.start(bob);
    const adas = await windows.open(ada);
    await adas.item("Bob").waitFor();
    const bobs = await windows.open(bob);
    await adas.item("Bob (online)").waitFor();

    await adas.item("Bob").click();
    await adas.page.getByRole("heading", { name: "Bob" }).waitFor();
    await adas.send("Hello Bob");
    await bobs.item("Ada").getByText("1 unread").waitFor();
    await expect.poll(() => bobs.page.title()).toBe("(1) BizBuch chat");

    await bobs.item("Ada").click();
    await bobs.message("Hello Bob").waitFor();
    await adas.waitForStatus("Hello Bob", "Read");
    await expect.poll(() => bobs.page.title()).toBe("BizBuch chat");
    expect(bobs.page.url()).toContain(`#/c/${id}`);

    await bobs.input.pressSequentially("Hi");
    await adas.page.getByText("Typing…").waitFor();
    await bobs.input.press("Shift+Enter");
    await bobs.input.pressSequentially("Ada");
    await bobs.input.press("Enter");
    await adas.page.locator(".head").getByText("Online").waitFor();
    await expect.poll(() => adas.texts()).toEqual(["Hello Bob", "Hi\nAda"]);

    await bobs.page.close();
    await adas.page.locator(".head").getByText("Away").waitFor();
  });

  test("the conversation that was last active comes first", async ({ world, windows }) => {
    const ada = await world.user({ display_name: "Ada" });
    const bob = await world.user({ display_name: "Bob" });
    const eve = await world.user({ display_name: "Eve" });
    await ada.start(bob);
    await ada.start(eve);
    await bob.say(ada, "first");
    const adas = await windows.open(ada);
    const names = adas.page.locator(".item-name bdi");
    await expect.poll(() => names.allTextContents()).toEqual(["Bob", "Eve"]);
    await eve.say(ada, "second");
    await expect.poll(() => names.allTextContents()).toEqual(["Eve", "Bob"]);
  });

  test("in two tabs one user sees the same", async ({ world, windows }) => {
    const { ada, bob, id } = await world.pair();
    const first = await windows.open(ada, { conversation: id });
    const second = await windows.open(ada, { conversation: id });
    await first.send("from the first");
    await second.message("from the first").waitFor();
    await second.send("from the second");
    await bob.say(ada, "to both");
    const all = ["from the first", "from the second", "to both"];
    await expect.poll(() => first.texts()).toEqual(all);
    await expect.poll(() => second.texts()).toEqual(all);
  });
});

describe("writing", () => {
  test("keeps a draft over a reload and another conversation", async ({ world, windows }) => {
    const ada = await world.user({ display_name: "Ada" });
    const bob = await world.user({ display_name: "Bob" });
    const { id } = await ada.start(bob);
    const adas = await windows.open(ada, { conversation: id });
    await adas.input.fill("not yet");
    await adas.page.reload();
    await expect.poll(() => adas.input.inputValue()).toBe("not yet");
    await adas.page.evaluate(() => {
      location.hash = "#/";
    });
    await adas.item("Bob").getByText("Draft: ").waitFor();
  });

  test("a refused message can be edited, retried and discarded", async ({ world, windows }) => {
    const { ada, id } = await world.pair();
    const adas = await windows.open(ada, { conversation: id });
    await adas.send("x".repeat(5_000));
    const note = adas.page.getByRole("alert").filter({ hasText: "Not sent" });
    await note.waitFor();
    await note.getByRole("button", { name: "Retry" }).click();
    await note.getByRole("button", { name: "Edit" }).click();
    expect((await adas.input.inputValue()).length).toBe(5_000);
    await adas.send("x".repeat(5_000));
    await note.getByRole("button", { name: "Discard" }).click();
    await note.waitFor({ state: "detached" });
    await adas.send("short");
    await adas.waitForStatus("short", "Sent");
  });

  test("a message can be copied with the keyboard", async ({ world, windows }) => {
    const { ada, bob, id } = await world.pair();
    await bob.say(ada, "copy me");
    const adas = await windows.open(ada, { conversation: id });
    await adas.message("copy me").waitFor();
    await adas.log.focus();
    await adas.page.keyboard.press("ArrowUp");
    await adas.page.keyboard.press("Tab");
    await adas.page.keyboard.press("Enter");
    await adas.page.getByRole("status").getByText("Copied").waitFor();
    await expect.poll(() => adas.page.evaluate(() => navigator.clipboard.readText())).toBe("copy me");
  });
});

describe("while nobody looks", () => {
  test("a message is notified of, counted, marked as new, and not read", async ({ world, windows }) => {
    const ada = await world.user({ display_name: "Ada" });
    const bob = await world.user({ display_name: "Bob" });
    const { id } = await ada.start(bob);
    const context = await windows.context();
    await context.addInitScript(() => {
      const shown: string[] = [];
      class Shown extends EventTarget {
        static readonly permission = "granted";
        static readonly requestPermission = () => Promise.resolve("granted");
        constructor(title: string, options: NotificationOptions) {
          super();
          shown.push(`${title}: ${options.body}`);
        }
      }
      Object.assign(window, { Notification: Shown, shown, isLooked: true });
      document.hasFocus = () => Reflect.get(window, "isLooked") === true;
    });
    const adas = await windows.openIn(context, `${world.server.url}/#token=${ada.token}&conversation=${id}`);
    await adas.page.getByRole("button", { name: "Settings" }).click();
    await adas.page.getByRole("button", { name: "Turn on notifications" }).click();
    await adas.page.getByRole("button", { name: "Turn off notifications" }).waitFor();
    await adas.page.keyboard.press("Escape");
    const look = (isLooked: boolean) =>
      adas.page.evaluate((value) => {
        Reflect.set(window, "isLooked", value);
        window.dispatchEvent(new Event(value ? "focus" : "blur"));
      }, isLooked);
    await look(false);
    const { id: messageId } = await bob.say(ada, "psst");
    await expect.poll(() => adas.page.evaluate<unknown>("shown")).toEqual(["Bob: psst"]);
    await adas.page.getByText("New messages").waitFor();
    // The count comes with an event of its own, after the message.
    await expect.poll(() => adas.page.title()).toBe("(1) BizBuch chat");
    await look(true);
    await expect.poll(() => adas.page.title()).toBe("BizBuch chat");
    await expect
      .poll(async () => (await bob.conversation(id)).messages.find(({ id }) => id === messageId)?.is_read)
      .toBe(true);
  });
});

describe("the look", () => {
  test("a chosen theme stays, and loading moves nothing", async ({ world, windows }) => {
    const { ada, bob, id } = await world.pair();
    for (let count = 0; count < 30; count++) await bob.say(ada, `message ${count}`);
    const adas = await windows.open(ada, { conversation: id, colorScheme: "light" });
    await adas.page.getByRole("button", { name: "Settings" }).click();
    await adas.page.getByRole("radio", { name: "Dark" }).check();
    await adas.page.addInitScript(() => {
      Object.assign(window, { shifted: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const shifted = Number(Reflect.get(window, "shifted"));
          Reflect.set(window, "shifted", shifted + Number(Reflect.get(entry, "value")));
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await adas.page.reload();
    await adas.message("message 29").waitFor();
    await adas.page.locator(".head").getByText("Away").waitFor();
    expect(await adas.page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(
      "dark",
    );
    await adas.page.waitForTimeout(1_000);
    expect(await adas.page.evaluate<unknown>("shifted")).toBeLessThan(0.02);
  });
});

describe("signing in", () => {
  test("by name, then finding somebody, all with the keyboard", async ({ world, windows }) => {
    const bob = await world.user({ username: `zed${Date.now()}`, display_name: "Zed" });
    const context = await windows.context();
    const mine = await windows.openIn(context);
    await mine.page.getByLabel("Your name").fill(`Newcomer ${bob.id}`);
    await mine.page.keyboard.press("Enter");
    await mine.page.getByText("No conversations yet").waitFor();
    await mine.page.keyboard.press("Control+k");
    await mine.page.keyboard.type("zed");
    await mine.page.getByRole("button", { name: "Zed" }).first().waitFor();
    await mine.page.keyboard.press("Enter");
    await mine.page.getByText("No messages yet").waitFor();
    await mine.send("Hello stranger");
    await mine.waitForStatus("Hello stranger", "Sent");
    await mine.item("Zed").waitFor();
    await mine.page.reload();
    await mine.message("Hello stranger").waitFor();
  });

  test("a token in the address is taken out of it", async ({ world, windows }) => {
    const { ada, id } = await world.pair();
    const adas = await windows.open(ada, { conversation: id });
    await adas.input.waitFor();
    expect(new URL(adas.page.url()).hash).toBe(`#/c/${id}`);
  });

  test("a host page's own function is asked for tokens", async ({ world, windows }) => {
    const { ada, bob } = await world.pair();
    await bob.say(ada, "by way of the host");
    const context = await windows.context();
    await context.addInitScript((token) => {
      Object.assign(window, { bizbuchChat: { token: () => Promise.resolve(token) } });
    }, ada.token);
    const adas = await windows.openIn(context);
    await adas.page.getByText("by way of the host").waitFor();
  });
});

describe("on a phone", () => {
  test("there is one pane at a time, and nothing is wider than the screen", async ({ world, windows }) => {
    const ada = await world.user({ display_name: "Ada" });
    const bob = await world.user({ display_name: "Bob" });
    await ada.start(bob);
    await bob.say(ada, "w".repeat(500));
    const adas = await windows.open(ada, phone);
    await adas.item("Bob").tap();
    await adas.log.waitFor();
    expect(await adas.item("Bob").isVisible()).toBe(false);
    expect(await adas.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await adas.page.getByRole("link", { name: "Back to the list" }).tap();
    await adas.item("Bob").waitFor();
    await expect
      .poll(() => adas.item("Bob").evaluate((element) => element === document.activeElement))
      .toBe(true);
    expect(await adas.log.count()).toBe(0);
  });
});
