/** Counts what the platform charges for, by standing between the code and the platform's own objects. */

/** What an operation was charged for. Alarms set are counted apart from rows, though each is charged as a row written. */
export interface Cost {
  readonly workerRequests: number;
  /** Calls, fetches and alarms of Durable Objects. */
  readonly objectRequests: number;
  /** WebSocket messages that came in to an object. */
  readonly framesIn: number;
  readonly objectRowsRead: number;
  readonly objectRowsWritten: number;
  readonly alarmsSet: number;
  readonly d1RowsRead: number;
  readonly d1RowsWritten: number;
  /** Statements sent on their own; not charged, but each is a way to the database and back. */
  readonly d1Queries: number;
  readonly d1Batches: number;
}

export const COST_FIELDS = [
  "workerRequests",
  "objectRequests",
  "framesIn",
  "objectRowsRead",
  "objectRowsWritten",
  "alarmsSet",
  "d1RowsRead",
  "d1RowsWritten",
  "d1Queries",
  "d1Batches",
] as const satisfies readonly (keyof Cost)[];

/** A cost with a value for every field. */
export function costOf(value: (field: keyof Cost) => number): Cost {
  return {
    workerRequests: value("workerRequests"),
    objectRequests: value("objectRequests"),
    framesIn: value("framesIn"),
    objectRowsRead: value("objectRowsRead"),
    objectRowsWritten: value("objectRowsWritten"),
    alarmsSet: value("alarmsSet"),
    d1RowsRead: value("d1RowsRead"),
    d1RowsWritten: value("d1RowsWritten"),
    d1Queries: value("d1Queries"),
    d1Batches: value("d1Batches"),
  };
}

/** Rows written, everything included. */
export function rowsWritten(cost: Cost): number {
  return cost.objectRowsWritten + cost.alarmsSet + cost.d1RowsWritten;
}

type Around = (call: () => unknown, args: readonly unknown[]) => unknown;

/** Looks that nothing happens for this long before it believes that everything is done. */
const QUIET_TURNS = 20;
const TURN_MS = 4;
const SETTLE_LIMIT_MS = 20_000;

/** The runtime's own, for waiting without being watched. */
const { setTimeout: wait, clearTimeout: forget } = globalThis;

export class Meter {
  readonly #timers = new Set<unknown>();
  #counts = new Map<keyof Cost, number>();
  #inFlight = 0;
  #events = 0;

  add(field: keyof Cost, amount = 1): void {
    this.#events += 1;
    this.#counts.set(field, (this.#counts.get(field) ?? 0) + amount);
  }

  /** What was counted since the last call. */
  take(): Cost {
    const counts = this.#counts;
    this.#counts = new Map();
    return costOf((field) => counts.get(field) ?? 0);
  }

  /** A client has sent a frame, which has to come in before anything can be settled. */
  frameSent(): void {
    this.#inFlight += 1;
  }

  /** Waits until nothing is under way any more. */
  async settle(): Promise<void> {
    const deadline = Date.now() + SETTLE_LIMIT_MS;
    let quiet = 0;
    let seen = this.#events;
    while (quiet < QUIET_TURNS) {
      if (Date.now() > deadline) throw new Error(`not settled: ${this.#inFlight} calls are under way`);
      await new Promise((resolve) => wait(resolve, TURN_MS));
      const isQuiet = this.#inFlight === 0 && this.#timers.size === 0 && seen === this.#events;
      quiet = isQuiet ? quiet + 1 : 0;
      seen = this.#events;
    }
  }

  /** Knows of timers that have yet to go off: what rests is not done. */
  watchTimers(): void {
    const timers = this.#timers;
    Reflect.set(globalThis, "setTimeout", (callback: () => void, milliseconds?: number) => {
      const timer = wait(() => {
        timers.delete(timer);
        callback();
      }, milliseconds);
      timers.add(timer);
      return timer;
    });
    Reflect.set(globalThis, "clearTimeout", (timer: Parameters<typeof forget>[0]) => {
      timers.delete(timer);
      forget(timer);
    });
  }

  /** Counts the calls of a Durable Object class: what is public there is an RPC method. */
  watchObject(prototype: object): void {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (name === "constructor" || name === "webSocketClose" || name === "webSocketError") continue;
      if (typeof Object.getOwnPropertyDescriptor(prototype, name)?.value !== "function") continue;
      const isFrame = name === "webSocketMessage";
      wrap(prototype, name, (call) => {
        if (isFrame) this.#inFlight -= 1;
        this.add(isFrame ? "framesIn" : "objectRequests");
        return this.#during(call());
      });
    }
  }

  /** Knows of calls to Durable Objects from the moment they are made, given the prototype of a namespace. */
  watchNamespace(prototype: object): void {
    const during = (result: unknown) => this.#during(result);
    wrap(prototype, "getByName", (call) => {
      const stub = call();
      if (typeof stub !== "object" || stub === null) throw new Error("getByName gave no stub");
      return new Proxy(stub, {
        get(target, name) {
          const found: unknown = Reflect.get(target, name);
          if (!isMethod(found)) return found;
          return (...args: unknown[]) => during(Promise.resolve(Reflect.apply(found, target, args)));
        },
      });
    });
  }

  /** Counts rows and alarms of every Durable Object, given the prototypes of one's storage and SQL. */
  watchStorage(storagePrototype: object, sqlPrototype: object): void {
    wrap(storagePrototype, "setAlarm", (call) => {
      this.add("alarmsSet");
      return call();
    });
    const exec = method(sqlPrototype, "exec");
    const watch = (cursor: unknown) => {
      if (typeof cursor !== "object" || cursor === null) throw new Error("exec gave no cursor");
      this.#readCursor(cursor);
      return cursor;
    };
    Reflect.set(sqlPrototype, "exec", function (this: unknown, query: string, ...bindings: unknown[]) {
      // A cursor counts the last of several statements only, so each goes on its own.
      const statements = bindings.length > 0 ? [query] : statementsOf(query);
      return statements.map((statement) => watch(Reflect.apply(exec, this, [statement, ...bindings]))).at(-1);
    });
  }

  /** Counts rows and round trips of D1, given the prototypes of the database and of a statement. */
  watchD1(databasePrototype: object, statementPrototype: object): void {
    const rows = (result: unknown) => {
      this.add("d1RowsRead", numberAt(result, "meta", "rows_read"));
      this.add("d1RowsWritten", numberAt(result, "meta", "rows_written"));
    };
    wrap(databasePrototype, "batch", (call) => {
      this.add("d1Batches");
      return this.#during(call(), (results) => (Array.isArray(results) ? results : []).forEach(rows));
    });
    const readAll = method(statementPrototype, "all");
    for (const name of ["run", "all"] as const) {
      wrap(statementPrototype, name, (call) => {
        this.add("d1Queries");
        return this.#during(call(), rows);
      });
    }
    // `raw` answers without meta; it only ever reads, so that asking the same again counts its rows.
    const raw = method(statementPrototype, "raw");
    const during = (result: unknown, then: (value: unknown) => void) => this.#during(result, then);
    const count = () => this.add("d1Queries");
    Reflect.set(statementPrototype, "raw", async function (this: unknown, ...args: unknown[]) {
      count();
      await during(Reflect.apply(readAll, this, []), (result) => {
        if (numberAt(result, "meta", "rows_written") > 0) throw new Error("a raw statement that writes");
        rows(result);
      });
      return during(Reflect.apply(raw, this, args), () => undefined);
    });
    wrap(statementPrototype, "first", () => {
      throw new Error("first() is not counted");
    });
  }

  /** Rows are known when a cursor has been read to its end; nothing may read one in a way that is not watched. */
  #readCursor(cursor: object): void {
    let read = 0;
    let written = 0;
    const count = () => {
      const [readNow, writtenNow] = [numberAt(cursor, "rowsRead"), numberAt(cursor, "rowsWritten")];
      this.add("objectRowsRead", readNow - read);
      this.add("objectRowsWritten", writtenNow - written);
      [read, written] = [readNow, writtenNow];
    };
    count();
    wrap(cursor, "toArray", (call) => {
      const result = call();
      count();
      return result;
    });
    for (const name of ["one", "next", "raw"]) {
      wrap(cursor, name, () => {
        throw new Error(`${name}() of a cursor is not counted`);
      });
    }
  }

  #during(result: unknown, then: (value: unknown) => void = () => undefined): unknown {
    if (!(result instanceof Promise)) return result;
    this.#inFlight += 1;
    return result
      .then((value: unknown) => {
        then(value);
        return value;
      })
      .finally(() => {
        this.#inFlight -= 1;
        this.#events += 1;
      });
  }
}

function statementsOf(query: string): string[] {
  return query
    .replaceAll(/--.*$/gm, "")
    .split(";")
    .filter((statement) => statement.trim() !== "");
}

type Method = (...args: unknown[]) => unknown;

function method(owner: object, name: string): Method {
  const found: unknown = Reflect.get(owner, name);
  if (!isMethod(found)) throw new Error(`there is no method ${name}`);
  return found;
}

function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}

function wrap(owner: object, name: string, around: Around): void {
  const original = method(owner, name);
  Reflect.set(owner, name, function (this: unknown, ...args: unknown[]) {
    return around(() => Reflect.apply(original, this, args), args);
  });
}

function numberAt(value: unknown, ...path: string[]): number {
  let found: unknown = value;
  for (const key of path) {
    found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  }
  if (typeof found !== "number") throw new Error(`no number at ${path.join(".")}`);
  return found;
}
