/** An observable value. */
import { notify } from "./notify.ts";
import type { Observable } from "./types.ts";

/** Holds a snapshot; whoever subscribed hears of each new one. */
export class Store<T extends object> implements Observable<T> {
  readonly #listeners = new Set<() => void>();
  #snapshot: T;

  constructor(initial: T) {
    this.#snapshot = initial;
  }

  // Fields, so that they can be handed on without their object.
  readonly subscribe = (listener: () => void): (() => void) => {
    // Wrapped, so that one function may subscribe twice and leave once.
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  };

  readonly getSnapshot = (): T => this.#snapshot;

  /** Takes over a new snapshot; one whose every field is the same is no change. */
  set(snapshot: T): void {
    if (isShallowEqual(snapshot, this.#snapshot)) return;
    this.#snapshot = Object.freeze(snapshot);
    notify(this.#listeners, undefined);
  }
}

function isShallowEqual(a: object, b: object): boolean {
  const others = new Map(Object.entries(b));
  return Object.entries(a).every(([name, value]) => Object.is(value, others.get(name)));
}
