/** Structured logs: one JSON line each. Callers pass ids, counts and error texts, never a token or a message's text. */

type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes one line at a level; `event` is a stable name such as `archive_failed`. */
export function log(level: "info" | "warn" | "error", event: string, fields: Fields = {}): void {
  console[level](JSON.stringify({ level, event, ...fields }));
}

/** The text of whatever was thrown, for a log line. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
