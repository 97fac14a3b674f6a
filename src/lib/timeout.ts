/** Bounded waiting. What is waited for goes on; only the waiting ends. */

/** A wait that took too long. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** Settles as `promise` does, or rejects with a {@link TimeoutError} after `milliseconds`. */
export async function withTimeout<T>(promise: Promise<T>, milliseconds: number, what: string): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new TimeoutError(`${what} took over ${milliseconds} ms`)),
    milliseconds,
  );
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
