/** Limits that are settings: how long a message may be, and how often one may ask. */
import { describe, expect } from "vitest";
import { expectRefusal, type User } from "../support/e2e/client.ts";
import type { Answer } from "../support/e2e/http.ts";
import { testOn } from "../support/e2e/test.ts";

const REQUESTS = 30;
const test = testOn({
  vars: { MAX_MESSAGE_LENGTH: "10", REQUEST_LIMIT_PER_MINUTE: String(REQUESTS), SEND_LIMIT_PER_MINUTE: "5" },
});

/** Asks until it is refused, which has to be soon after the limit. */
async function askTooOften(user: User): Promise<{ readonly refused: Answer; readonly before: number }> {
  for (let before = 0; before < REQUESTS * 4; before++) {
    const answer = await user.get("conversations/");
    if (answer.status !== 200) return { refused: answer, before };
  }
  throw new Error(`${REQUESTS * 4} requests were answered`);
}

describe("limits", () => {
  test("[E1] [C14] MAX_MESSAGE_LENGTH moves the limit of a message", async ({ world }) => {
    const { ada, bob, adaSocket } = await world.chatting();
    const fits = "😀".repeat(10);
    expect((await ada.say(bob, fits)).content).toBe(fits);
    expect((await adaSocket.next("chat_message")).content).toBe(fits);
    const tooLong = await ada.post("send/", { recipient_id: bob.id, content: `${fits}x` });
    expectRefusal(tooLong, 400, "VALIDATION_ERROR");
    adaSocket.send({ type: "chat_message", content: `${fits}x` });
    expect((await adaSocket.next("error")).code).toBe("VALIDATION_ERROR");
    adaSocket.send({ type: "chat_message", content: fits });
    expect((await adaSocket.next("chat_message")).content).toBe(fits);
  });

  test("[E4] over a rate limit it is 429 with Retry-After, for that user alone", async ({ world }) => {
    const [ada, bob] = [await world.user(), await world.user()];
    const { refused, before } = await askTooOften(ada);
    expectRefusal(refused, 429, "RATE_LIMITED");
    expect(before).toBeGreaterThanOrEqual(REQUESTS - 1);
    expect(refused.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
    expect(await bob.conversations()).toEqual([]);
  });

  test("[E4] [C14] sends over the limit are refused on both ways, and the socket stays open", async ({
    world,
  }) => {
    const { ada, bob, id, adaSocket } = await world.chatting();
    let sent = 0;
    let refused: Answer | undefined;
    while (!refused && sent < 20) {
      const answer = await ada.post("send/", { recipient_id: bob.id, content: "hi" });
      if (answer.status === 201) sent++;
      else refused = answer;
    }
    if (!refused) throw new Error("twenty sends passed");
    expectRefusal(refused, 429, "RATE_LIMITED");
    expect(refused.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
    await adaSocket.nextOf("chat_message", sent);
    adaSocket.send({ type: "chat_message", content: "hi" });
    expect((await adaSocket.next("error")).code).toBe("RATE_LIMITED");
    adaSocket.send({ type: "typing" });
    await adaSocket.expectSilence();
    expect((await bob.messages(id)).count).toBe(sent);
  });
});
