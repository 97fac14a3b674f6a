/** What is to happen when, earliest first: a binary heap. */
export class EventQueue<Event> {
  readonly #heap: { readonly at: number; readonly event: Event }[] = [];

  /** When the next event is due; Infinity where there is none. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  add(at: number, event: Event): void {
    const heap = this.#heap;
    const added = { at, event };
    let index = heap.length;
    for (let parent; index > 0; index = parent) {
      parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= at) break;
      heap[index] = above;
    }
    heap[index] = added;
  }

  /** Takes out the next event. */
  take(): Event | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.event;
    let index = 0;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const child = (heap[right]?.at ?? Infinity) < (heap[left]?.at ?? Infinity) ? right : left;
      const below = heap[child];
      if (below === undefined || below.at >= last.at) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first.event;
  }
}
