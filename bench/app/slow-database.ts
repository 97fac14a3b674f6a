/** A D1 database as it is, but further away. */

const inner = new WeakMap<object, object>();

/** The database with `delayMs` added to each way to it and back; a batch is one such way. */
export function slowDatabase<Database extends object>(database: Database, delayMs: number): Database {
  const pause = () => new Promise((resolve) => setTimeout(resolve, delayMs));
  return proxy(database, {
    prepare: (call) => slowStatement(call(), pause),
    batch: async (call) => {
      await pause();
      return call();
    },
  });
}

function slowStatement(statement: unknown, pause: () => Promise<unknown>): unknown {
  if (typeof statement !== "object" || statement === null) throw new Error("not a statement");
  const slowly = async (call: () => unknown) => {
    await pause();
    return call();
  };
  return proxy(statement, {
    bind: (call) => slowStatement(call(), pause),
    run: slowly,
    all: slowly,
    raw: slowly,
    first: slowly,
  });
}

type Around = (call: () => unknown) => unknown;

function proxy<Target extends object>(target: Target, methods: Readonly<Record<string, Around>>): Target {
  const outer = new Proxy(target, {
    get(_, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== "function") return found;
      const around = typeof name === "string" ? methods[name] : undefined;
      return (...args: unknown[]) => {
        const call = (): unknown => Reflect.apply(found, target, args.map(unwrapped));
        return around === undefined ? call() : around(call);
      };
    },
  });
  inner.set(outer, target);
  return outer;
}

/** The runtime's own objects in place of ours: a batch takes nothing else. */
function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  return typeof value === "object" && value !== null ? (inner.get(value) ?? value) : value;
}
