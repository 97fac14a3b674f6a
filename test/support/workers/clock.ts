/** A clock that tests move on, and timers that they shorten: the objects share the test's globals. */
import { onTestFinished, vi } from "vitest";

const realNow = Date.now;

/** A timer that {@link shortenTimers} leaves alone: for the test's own patience. */
export const patientTimeout = globalThis.setTimeout.bind(globalThis);

let offset = 0;

/** Puts the clock under control; to be called before any object of the file is made, as objects hold on to `Date.now`. */
export function controlClock(): void {
  Date.now = () => realNow() + offset;
}

/** Moves the clock on. It never moves back, as alarms and tokens have seen it. */
export function advance(milliseconds: number): void {
  offset += milliseconds;
}

/** For this test, timers of a second and more take a fiftieth of their time; shorter ones are left alone. */
export function shortenTimers(): void {
  const short = (callback: (...values: unknown[]) => void, delay = 0, ...values: unknown[]) =>
    patientTimeout(callback, delay >= 1_000 ? delay / 50 : delay, ...values);
  vi.stubGlobal("setTimeout", short);
  onTestFinished(() => void vi.unstubAllGlobals());
}
