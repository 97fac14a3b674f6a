import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FrameQueue } from "../../src/room/frame-queue.ts";

/** A queue whose turns the test takes one by one. */
function setUp() {
  const handled: number[] = [];
  const turns: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const queue = new FrameQueue<number>(
    (item) => handled.push(item),
    () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      turns.push({ resolve, reject });
      return promise;
    },
  );
  let pushed = 0;
  const push = (count: number) => {
    for (let index = 0; index < count; index += 1) queue.push((pushed += 1));
  };
  /** Takes a turn, if one is waited for; says whether it was. */
  const turn = async () => {
    const waiting = turns.shift();
    waiting?.resolve();
    await flush();
    return waiting !== undefined;
  };
  /** Takes turns until none is waited for. */
  const rest = async () => {
    while (await turn());
  };
  return { handled, turns, queue, push, pushed: () => pushed, turn, rest };
}

/** Lets whatever follows from a promise happen. */
const flush = () => new Promise<void>((resolve) => setImmediate(resolve));

/** As many frames as it takes until the queue tries whether there is something to gather. */
const BEFORE_A_TRY = 16;

test("[C13] a frame is handled at once, and keeps the object from nothing", () => {
  const { handled, turns, push } = setUp();
  push(1);
  expect(handled).toEqual([1]);
  expect(turns).toHaveLength(0);
});

test("[C13] what comes while a busy room commits is handled together, group after group", async () => {
  const { handled, turns, push, turn } = setUp();
  push(BEFORE_A_TRY);
  expect(handled).toHaveLength(16);
  push(4);
  for (let turns = 0; turns < 7; turns += 1) await turn();
  expect(handled).toHaveLength(16);
  await turn();
  expect(handled).toHaveLength(20);
  // That group was full, so there may be more.
  push(2);
  expect(handled).toHaveLength(20);
  for (let turns = 0; turns < 8; turns += 1) await turn();
  expect(handled).toHaveLength(22);
  expect(turns).toHaveLength(0);
});

test("[C13] where gathering found something, the next burst shares its commit from its second frame on", async () => {
  const { handled, push, rest } = setUp();
  push(BEFORE_A_TRY + 1);
  await rest();
  push(4);
  expect(handled).toHaveLength(18);
  await rest();
  expect(handled).toHaveLength(21);
});

test("where it found nothing, frames go back to being handled at once", async () => {
  const { handled, turns, push, rest } = setUp();
  push(BEFORE_A_TRY);
  await rest();
  push(BEFORE_A_TRY - 1);
  expect(handled).toHaveLength(31);
  expect(turns).toHaveLength(0);
});

test("a commit that fails holds nothing back", async () => {
  const { handled, turns, push } = setUp();
  push(BEFORE_A_TRY + 1);
  turns.shift()?.reject(new Error("the storage is gone"));
  await flush();
  expect(handled).toHaveLength(17);
  push(1);
  expect(handled).toHaveLength(18);
});

test("[C13] whatever comes when, nothing is lost, doubled or overtaken", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("push", "burst", "drain", "turn"), { maxLength: 60 }),
      async (steps) => {
        const { handled, queue, push, pushed, turn, rest } = setUp();
        for (const step of steps) {
          if (step === "push") push(1);
          else if (step === "burst") push(20);
          else if (step === "turn") await turn();
          else {
            queue.drain();
            expect(handled).toHaveLength(pushed());
          }
        }
        await rest();
        expect(handled).toEqual(Array.from({ length: pushed() }, (_, index) => index + 1));
      },
    ),
  );
});
