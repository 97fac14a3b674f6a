/** Text that was written to do harm, and the policy that stands behind it. */
import { expect } from "vitest";
import { test } from "./support/test.ts";

const HOSTILE = [
  "<img src=x onerror=alert(1)><script>alert(2)</script>",
  "javascript:alert(3) data:text/html,<b>x</b> //example.com",
  "\u202Etxet desrever\u202C and \u2066isolated",
  "https://example.com/\u202Egnp.exe",
  "a\u200B\u200B\uFEFFb\u2060c",
  "x".repeat(4_000),
  "e" + "\u0301\u0323\u0334".repeat(300),
  "line\n".repeat(800) + "end",
  "😀".repeat(4_096),
  "السلام عليكم hello שלום",
];

test("is shown as it is, and does nothing", async ({ world, windows }) => {
  const ada = await world.user({ display_name: "Ada" });
  const eve = await world.user({
    display_name: "<b>Eve</b>\u202E\u200B evil",
    avatar: "javascript:alert(4)",
  });
  const { id } = await eve.start(ada);
  for (const text of HOSTILE) await eve.say(ada, text);
  const adas = await windows.open(ada, { conversation: id, viewport: { width: 390, height: 844 } });
  await expect.poll(() => adas.texts()).toEqual(HOSTILE);
  expect(await adas.page.locator(".log img, .log script, .log b, .sidebar b, .head b").count()).toBe(0);
  expect(
    await adas.page.locator(".log a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))),
  ).toEqual(["https://example.com/"]);
  expect(await adas.page.locator(".log a[rel~=noopener]").count()).toBe(1);
  expect(await adas.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(await adas.log.evaluate((log) => log.scrollWidth <= log.clientWidth)).toBe(true);
  expect(await adas.page.locator(".head h2").textContent()).toBe("<b>Eve</b>\u200B evil");
});

test("the policy is in force: a script that got in would not run", async ({ world, windows }) => {
  const { ada, id } = await world.pair();
  const adas = await windows.open(ada, { conversation: id });
  await adas.input.waitFor();
  expect(adas.faults).toEqual([]);
  const outcome = await adas.page.evaluate(async () => {
    const violated: string[] = [];
    document.addEventListener("securitypolicyviolation", (event) => violated.push(event.effectiveDirective));
    const attempts: (() => void)[] = [
      () => {
        const script = document.createElement("script");
        script.text = "document.title = 'taken over'";
        document.head.appendChild(script);
      },
      () => document.body.setAttribute("style", "color: red"),
      () => {
        document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='document.title = 1'>");
      },
      () => void fetch("https://example.com/").catch(() => {}),
      () => document.body.setAttribute("onclick", "document.title = 'taken over'"),
    ];
    for (const attempt of attempts) {
      try {
        attempt();
      } catch {
        // Trusted types refuse some of them at once.
      }
    }
    document.body.click();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { title: document.title, violated };
  });
  expect(outcome.title).toBe("BizBuch chat");
  expect(outcome.violated).toEqual(expect.arrayContaining(["connect-src", "style-src-attr"]));
  expect(outcome.violated.some((directive) => /script|trusted/.test(directive))).toBe(true);
  // These were asked for.
  adas.faults.length = 0;
});
