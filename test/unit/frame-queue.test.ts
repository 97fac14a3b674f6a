import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FrameQueue } from "../../src/room/frame-queue.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recording() {
  const handled: number[] = [];
  const afterTick = vi.fn<() => void>();
  const queue = new FrameQueue<number>((item) => handled.push(item), afterTick);
  return { handled, afterTick, queue };
}

test("[C13] the first four of a moment are handled at once, what follows together in the next tick", () => {
  const { handled, queue, afterTick } = recording();
  const push = (from: number, to: number) => {
    for (let item = from; item <= to; item += 1) queue.push(item);
  };
  push(1, 7);
  expect(handled).toEqual([1, 2, 3, 4]);
  expect(afterTick).not.toHaveBeenCalled();
  vi.advanceTimersToNextTimer();
  expect(handled).toEqual([1, 2, 3, 4, 5, 6, 7]);
  push(8, 9);
  expect(handled).toHaveLength(7);
  vi.runAllTimers();
  expect(handled).toHaveLength(9);
  push(10, 13);
  expect(handled).toHaveLength(13);
});

test("a queue at rest keeps no timer, which would keep the object awake", () => {
  const { queue, afterTick } = recording();
  queue.push(1);
  vi.runAllTimers();
  expect(vi.getTimerCount()).toBe(0);
  expect(afterTick).toHaveBeenCalledTimes(1);
});

test("[C13] whatever comes when, nothing is lost, doubled or overtaken", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("push", "drain", "tick"), { maxLength: 60 }), (steps) => {
      const { handled, queue } = recording();
      let pushed = 0;
      for (const step of steps) {
        if (step === "push") queue.push((pushed += 1));
        else if (step === "drain") {
          queue.drain();
          expect(handled).toHaveLength(pushed);
        } else if (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
      }
      vi.runAllTimers();
      expect(handled).toEqual(Array.from({ length: pushed }, (_, index) => index + 1));
    }),
  );
});
