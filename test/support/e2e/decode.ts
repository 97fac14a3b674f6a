/** Turns what came over the wire, as `unknown`, into checked values; a wrong shape fails with the place and the value. */

/** Reads a value at a place, or throws a {@link WireError}. */
export type Decoder<T> = (value: unknown, at: string) => T;

/** What the server sent is not what the contract says. */
export class WireError extends Error {
  override readonly name = "WireError";

  constructor(at: string, wanted: string, got: unknown) {
    super(`${at}: wanted ${wanted}, got ${JSON.stringify(got) ?? String(got)}`);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const text: Decoder<string> = (value, at) => {
  if (typeof value === "string") return value;
  throw new WireError(at, "a string", value);
};

/** A string with something in it, as a person is to read it. */
export const prose: Decoder<string> = (value, at) => {
  const found = text(value, at);
  if (found.trim() !== "") return found;
  throw new WireError(at, "some words", value);
};

export const flag: Decoder<boolean> = (value, at) => {
  if (typeof value === "boolean") return value;
  throw new WireError(at, "a boolean", value);
};

/** An integer that fits in 53 bits and is not negative. */
export const count: Decoder<number> = (value, at) => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new WireError(at, "an integer from 0 on", value);
};

export const id: Decoder<number> = (value, at) => {
  const found = count(value, at);
  if (found > 0) return found;
  throw new WireError(at, "an id", value);
};

/** ISO 8601 in UTC with milliseconds. */
export const time: Decoder<string> = (value, at) => {
  const found = text(value, at);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(found) && !Number.isNaN(Date.parse(found)))
    return found;
  throw new WireError(at, "a time in UTC with milliseconds", value);
};

export function literal<const T extends string>(...wanted: readonly T[]): Decoder<T> {
  return (value, at) => {
    const found = wanted.find((one) => one === value);
    if (found !== undefined) return found;
    throw new WireError(at, wanted.join(" or "), value);
  };
}

export function nullable<T>(decode: Decoder<T>): Decoder<T | null> {
  return (value, at) => (value === null ? null : decode(value, at));
}

export function list<T>(decode: Decoder<T>): Decoder<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw new WireError(at, "an array", value);
    return value.map((item: unknown, index) => decode(item, `${at}[${index}]`));
  };
}

type Fields = Record<string, Decoder<unknown>>;
type Shape<F extends Fields> = { [Name in keyof F]: ReturnType<F[Name]> };

/** An object with these fields; others are left out, since fields may be added to any shape. */
export function shape<F extends Fields>(fields: F): Decoder<Shape<F>> {
  return (value, at) => {
    if (!isRecord(value)) throw new WireError(at, "an object", value);
    const entries = Object.entries(fields).map(([name, decode]) => [
      name,
      decode(value[name], `${at}.${name}`),
    ]);
    // Every field has just been decoded by its own decoder, which the type system can't follow through entries.
    return Object.fromEntries(entries) as Shape<F>;
  };
}
