/** Telling listeners, who are not ours. */

/** Calls each listener that is there now; one that throws keeps nothing from the others or from us. */
export function notify<T>(listeners: Iterable<(value: T) => void>, value: T): void {
  for (const listener of Array.from(listeners)) {
    try {
      listener(value);
    } catch (error) {
      // Where it is seen as what it is: an uncaught error of the application.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
