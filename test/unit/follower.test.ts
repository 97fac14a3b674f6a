import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Follower } from "../../src/lib/follower.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockReturnValue();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A follower whose pushes the test settles one by one. */
function setUp(version = 0) {
  const log = { version };
  const pushes: { since: number; done: (reached?: number) => void; fail: () => void }[] = [];
  const onIdle = vi.fn<() => void>();
  const restAfter = vi.fn<(tookMs: number) => number>(() => 50);
  const follower = new Follower({
    name: "test",
    position: 0,
    version: () => log.version,
    now: () => Date.now(),
    onIdle,
    restAfter,
    push: (since) => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const atStart = log.version;
      pushes.push({
        since,
        done: (reached = atStart) => resolve(reached),
        fail: () => reject(new Error("no")),
      });
      return promise;
    },
  });
  const push = (index: number) => {
    const found = pushes[index];
    if (found === undefined) throw new Error(`there was no push ${index}`);
    return found;
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { log, pushes, push, onIdle, restAfter, follower, settle };
}

test("one push at a time; the next one holds all that came meanwhile", async () => {
  const { log, pushes, push, onIdle, follower, settle } = setUp(1);
  follower.poke();
  log.version = 7;
  follower.poke();
  follower.poke();
  expect(pushes).toHaveLength(1);
  push(0).done();
  await settle();
  // Nobody waits, so it rests first.
  expect(pushes).toHaveLength(1);
  log.version = 9;
  await vi.advanceTimersByTimeAsync(50);
  expect(pushes.map(({ since }) => since)).toEqual([0, 1]);
  push(1).done();
  await settle();
  expect(follower.position).toBe(9);
  expect(follower.isRunning).toBe(true);
  await vi.advanceTimersByTimeAsync(50);
  expect(follower.isRunning).toBe(false);
  expect(onIdle).toHaveBeenCalledTimes(1);
  follower.poke();
  expect(pushes).toHaveLength(2);
});

test("what changes while it rests after the last push is brought over at the end of the rest", async () => {
  const { log, pushes, push, restAfter, follower, settle } = setUp(1);
  follower.poke();
  await vi.advanceTimersByTimeAsync(30);
  push(0).done();
  await settle();
  expect(restAfter).toHaveBeenCalledWith(30);
  log.version = 2;
  follower.poke();
  await vi.advanceTimersByTimeAsync(49);
  expect(pushes).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(pushes).toHaveLength(2);
});

test("there is no rest before a push that somebody came to wait for while another was under way", async () => {
  const { log, pushes, push, follower, settle } = setUp(1);
  follower.poke();
  log.version = 2;
  follower.pokeNow();
  push(0).done(1);
  await settle();
  expect(pushes).toHaveLength(2);
});

test("a push may bring a part; the rest follows at once", async () => {
  const { pushes, push, follower, settle } = setUp(10);
  follower.poke();
  push(0).done(4);
  await settle();
  expect(pushes.map(({ since }) => since)).toEqual([0, 4]);
});

test("somebody who waits ends the rest between two pushes", async () => {
  const { log, pushes, push, follower, settle } = setUp(1);
  follower.poke();
  log.version = 2;
  push(0).done(1);
  await settle();
  follower.poke();
  expect(pushes).toHaveLength(1);
  follower.pokeNow();
  await settle();
  expect(pushes).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

test("failures back off, between half and the whole of 0.5 s, 1 s, 2 s, … 60 s; a success forgets them", async () => {
  const { log, pushes, push, follower, settle } = setUp(1);
  for (let failure = 0; failure < 10; failure += 1) {
    follower.poke();
    expect(pushes).toHaveLength(failure + 1);
    push(failure).fail();
    await settle();
    const pause = follower.retryAt - Date.now();
    const whole = Math.min(60_000, 500 * 2 ** failure);
    expect(pause).toBeGreaterThanOrEqual(whole / 2);
    expect(pause).toBeLessThanOrEqual(whole);
    await vi.advanceTimersByTimeAsync(pause - 1);
    follower.poke();
    expect(pushes).toHaveLength(failure + 1);
    await vi.advanceTimersByTimeAsync(1);
  }
  follower.poke();
  push(10).done();
  await vi.advanceTimersByTimeAsync(50);
  log.version = 2;
  follower.poke();
  push(11).fail();
  await settle();
  expect(follower.retryAt - Date.now()).toBeLessThanOrEqual(500);
});

test("waiters hear of their version, and of no earlier one; or of nothing in time", async () => {
  const { log, push, follower, settle } = setUp(2);
  const heard: string[] = [];
  const wait = (version: number, milliseconds: number) =>
    follower.reached(version, milliseconds).then((reached) => heard.push(`${version}:${reached}`));
  const all = [wait(1, 1_000), wait(2, 1_000), wait(3, 50), wait(0, 1_000)];
  follower.poke();
  await settle();
  expect(heard).toEqual(["0:true"]);
  push(0).done(1);
  await settle();
  expect(heard).toEqual(["0:true", "1:true"]);
  await vi.advanceTimersByTimeAsync(50);
  expect(heard).toEqual(["0:true", "1:true", "3:false"]);
  push(1).fail();
  await settle();
  log.version = 3;
  await vi.advanceTimersByTimeAsync(500);
  follower.poke();
  push(2).done();
  await Promise.all(all);
  expect(heard).toEqual(["0:true", "1:true", "3:false", "2:true"]);
  await vi.advanceTimersByTimeAsync(50);
  expect(vi.getTimerCount()).toBe(0);
});

test("a push that brings nothing counts as failed, so that it can't spin", async () => {
  const { push, pushes, follower, settle } = setUp(1);
  follower.poke();
  push(0).done(0);
  await settle();
  expect(pushes).toHaveLength(1);
  expect(follower.retryAt).toBeGreaterThan(Date.now());
});

test("somebody who waits has it tried anew half a second after a failure, however long the pause", async () => {
  const { pushes, push, follower, settle } = setUp(1);
  for (let failure = 0; failure < 8; failure += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    follower.poke();
    push(failure).fail();
    await settle();
  }
  expect(follower.retryAt - Date.now()).toBeGreaterThan(20_000);
  await vi.advanceTimersByTimeAsync(499);
  follower.pokeNow();
  expect(pushes).toHaveLength(8);
  await vi.advanceTimersByTimeAsync(1);
  follower.poke();
  expect(pushes).toHaveLength(8);
  follower.pokeNow();
  expect(pushes).toHaveLength(9);
});

test("a rewind ends the rest, and brings everything over once", async () => {
  const { pushes, push, follower, settle } = setUp(3);
  follower.poke();
  push(0).done();
  await settle();
  follower.rewind();
  await settle();
  expect(pushes.map(({ since }) => since)).toEqual([0, 0]);
  push(1).done();
  await vi.advanceTimersByTimeAsync(50);
  expect(pushes).toHaveLength(2);
  expect(follower.position).toBe(3);
});
