/** A long conversation, scrolled from one end to the other. */
import { expect } from "vitest";
import { test } from "./support/test.ts";

const MESSAGES = 5_000;

test(
  "5,000 messages: scrolling up keeps its place, and the way back is short",
  { timeout: 120_000 },
  async ({ world, windows }) => {
    const { bob, id } = await world.pairWithHistory(MESSAGES);
    const bobs = await windows.open(bob, { conversation: id });
    await bobs.page
      .getByText("New messages")
      .waitFor({ state: "attached" })
      .catch(() => {});
    await bobs.message(`message ${MESSAGES}`).waitFor({ state: "attached" });

    // In the page, frame by frame: to the top, again and again, watching where the row in sight is drawn.
    const { worstPx, loads } = await bobs.page.evaluate(async () => {
      const log = document.querySelector(".log");
      if (log === null) throw new Error("there is no log");
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const rows = () => log.querySelectorAll(".message").length;
      const hasBegin = () => log.querySelector(".log-begin") !== null;
      let worst = 0;
      let count = 0;
      while (!hasBegin() && count < 500) {
        log.scrollTop = 120;
        await frame();
        const edge = log.getBoundingClientRect().top;
        const row = [...log.querySelectorAll(".message")].find(
          (each) => each.getBoundingClientRect().top > edge,
        );
        if (row === undefined) throw new Error("nothing is in sight");
        const top = row.getBoundingClientRect().top;
        const before = rows();
        const deadline = performance.now() + 5_000;
        while (rows() === before && !hasBegin() && performance.now() < deadline) {
          await frame();
          worst = Math.max(worst, Math.abs(row.getBoundingClientRect().top - top));
        }
        for (let more = 0; more < 3; more++) {
          await frame();
          worst = Math.max(worst, Math.abs(row.getBoundingClientRect().top - top));
        }
        count += 1;
      }
      return { worstPx: worst, loads: count };
    });
    expect(loads).toBeLessThan(200);
    expect(worstPx).toBeLessThan(2);
    expect(await bobs.texts()).toEqual(Array.from({ length: MESSAGES }, (_, at) => `message ${at + 1}`));

    await bobs.page.getByRole("button", { name: "Jump to the latest message" }).click();
    await expect.poll(() => bobs.message(`message ${MESSAGES}`).isVisible()).toBe(true);
    const started = performance.now();
    await bobs.send("still quick");
    await bobs.waitForStatus("still quick", "Sent");
    expect(performance.now() - started).toBeLessThan(3_000);
  },
);
