/** The browser's storages, where they may be used: some settings forbid them, and then they throw when looked at. */

/** Texts by key. Without a storage nothing is kept, and nothing fails. */
export interface KeyValue {
  get(key: string): string | null;
  /** Null removes the key. */
  set(key: string, value: string | null): void;
}

/** Kept on this device. */
export const deviceStorage = keyValue(() => window.localStorage);

/** Kept for as long as this tab is open. */
export const tabStorage = keyValue(() => window.sessionStorage);

function keyValue(open: () => Storage): KeyValue {
  function attempt<T>(use: (storage: Storage) => T, otherwise: T): T {
    try {
      return use(open());
    } catch {
      return otherwise;
    }
  }
  return {
    get: (key) => attempt((storage) => storage.getItem(key), null),
    set: (key, value) =>
      attempt(
        (storage) => (value === null ? storage.removeItem(key) : storage.setItem(key, value)),
        undefined,
      ),
  };
}
