/** Structured logs: one JSON line each. Callers pass ids, counts and error texts, never a token or a message's text. */

type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes one line at a level; `event` is a stable name such as `archive_failed`. */
export function log(level: "info" | "warn" | "error", event: string, fields: Fields = {}): void {
  console[level](JSON.stringify({ level, event, ...fields }));
}

/**
 * The text of whatever was thrown, for a log line. Of an error with a cause it is the cause's: what wraps a database's error
 * adds the query's parameters, which may be somebody's words.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? errorText(error.cause) : `${error.name}: ${error.message}`;
}
