/** Waiting for what announces itself by no event. */
import { patientTimeout } from "./clock.ts";

/** Looks again and again until `isSo`; fails after `milliseconds`. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  milliseconds = 8_000,
): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    const { promise, resolve } = Promise.withResolvers<void>();
    patientTimeout(resolve, 5);
    await promise;
  }
}
