/** Faults of D1: test, Worker and objects share one binding, so what is patched here is so for all of them. */
import { env } from "cloudflare:workers";
import { onTestFinished } from "vitest";

/** What happens to a call of D1 in place of its being carried out. */
export type Fault = <T>(carryOut: () => Promise<T>) => Promise<T>;

function lost(): Error {
  return new Error("D1_ERROR: Network connection lost.");
}

/** Carried out never. */
export const failing: Fault = async () => {
  throw lost();
};

/** Carried out, but nobody hears of it. */
export const failingAfterCommit: Fault = async (carryOut) => {
  await carryOut();
  throw lost();
};

/** Every other call fails. */
export function flapping(): Fault {
  let calls = 0;
  return async (carryOut) => {
    calls += 1;
    if (calls % 2 === 1) throw lost();
    return carryOut();
  };
}

/** Carried out after a while. */
export function slow(milliseconds: number): Fault {
  return async (carryOut) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, milliseconds);
    await promise;
    return carryOut();
  };
}

/** Neither carried out nor answered. */
export const stalled: Fault = () => new Promise(() => undefined);

type Call = (...values: unknown[]) => Promise<unknown>;
const STATEMENT_METHODS = ["run", "all", "raw", "first"] as const;

/** Runs D1 under a fault until it is lifted, at the end of the test at the latest. */
export function breakD1(fault: Fault): { lift: () => void; calls: () => number } {
  let calls = 0;
  const restores: (() => void)[] = [];
  const patch = (target: object, name: string) => {
    const original: Call = Reflect.get(target, name);
    const own = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, {
      configurable: true,
      writable: true,
      value: function faulty(this: unknown, ...values: unknown[]) {
        calls += 1;
        return fault(() => Reflect.apply(original, this, values));
      },
    });
    restores.push(() => {
      if (own === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, own);
    });
  };
  const statement: object = Reflect.getPrototypeOf(env.DB.prepare("SELECT 1")) ?? {};
  for (const name of STATEMENT_METHODS) patch(statement, name);
  patch(env.DB, "batch");
  const lift = () => {
    for (const restore of restores.splice(0)) restore();
  };
  onTestFinished(lift);
  return { lift, calls: () => calls };
}
