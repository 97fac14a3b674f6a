import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EventQueue } from "../../bench/scale/event-queue.ts";
import { simulate } from "../../bench/scale/simulation.ts";
import { FOLLOW_AFTER_MS } from "../../src/room/pace.ts";

const database = { batchMs: 1, messageMs: 0.03, patienceMs: 5_000 };

test("events come out in order of time, whatever order they went in", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (times) => {
      const queue = new EventQueue<number>();
      for (const at of times) queue.add(at, at);
      const taken = times.map(() => queue.take());
      expect(taken).toEqual(times.toSorted((a, b) => a - b));
      expect(queue.take()).toBeUndefined();
      expect(queue.nextAt).toBe(Infinity);
    }),
  );
});

test("a database at ease takes each message by itself, as soon as a room pushes it", () => {
  const found = simulate({ logs: 5_000, perSecond: 100, durationMs: 60_000 }, database);
  expect(found.messagesPerBatch).toBeCloseTo(1, 1);
  expect(found.batchesPerSecond / 100).toBeCloseTo(1, 1);
  expect(found.busy).toBeCloseTo(100 * 0.00103, 2);
  expect(found.lagP50).toBeCloseTo(FOLLOW_AFTER_MS + 1.03, 0);
  expect(found.refused).toBe(0);
});

test("a lively room rests between its pushes, so that they carry more", () => {
  const found = simulate({ logs: 1, perSecond: 100, durationMs: 60_000 }, database);
  expect(found.batchesPerSecond).toBeLessThanOrEqual(4);
  expect(found.messagesPerBatch).toBeGreaterThan(20);
  expect(found.lagP99).toBeLessThan(300);
});

test("a database with too much to do works without a pause, refuses, and gets fuller batches", () => {
  const found = simulate({ logs: 20_000, perSecond: 4_000, durationMs: 60_000 }, database);
  expect(found.busy).toBeGreaterThan(0.95);
  expect(found.refused).toBeGreaterThan(0);
  expect(found.messagesPerBatch).toBeGreaterThan(2);
  expect(found.behindSeconds).toBeGreaterThan(1);
});

test("the same load gives the same figures", () => {
  const run = () => simulate({ logs: 100, perSecond: 300, durationMs: 20_000 }, database);
  expect(run()).toEqual(run());
});
