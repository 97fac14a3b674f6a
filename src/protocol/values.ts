/** The scalars of the wire: ids, times, text; and the rules for a message's text. */
import * as v from "valibot";
import { refuse, type Refusal } from "./codes.ts";
import { MAX_CLIENT_ID_LENGTH } from "./limits.ts";

/** The positive, safe integer that `value` is or, as a string of digits, spells (A1, F6); null for anything else. */
export function parseId(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** An id as the server writes it: an integer that fits in 53 bits. */
export const idSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** An id of a user as a client may write it: an integer or a numeric string (F6). */
export const userIdInputSchema = v.pipe(
  v.union([v.number(), v.string()], "must be an integer or a numeric string"),
  v.check((value) => parseId(value) !== null, "must be a positive integer"),
  v.transform((value) => Number(value)),
);

/** ISO 8601 in UTC with milliseconds. */
export const timeSchema = v.pipe(v.string(), v.isoTimestamp());

/** Writes a time in milliseconds since 1970 as the wire has it. */
export function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Ids of messages; integers that name no message are passed over later, other values are not taken (F6). */
export const messageIdsSchema = v.array(
  v.pipe(v.number("must be a list of integers"), v.integer("must be a list of integers")),
  "must be a list of integers",
);

/** An idempotency key: visible ASCII, as it may also be an HTTP header's value. */
export const clientIdSchema = v.pipe(
  v.string("must be a string"),
  v.regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters"),
  v.maxLength(MAX_CLIENT_ID_LENGTH, `must have at most ${MAX_CLIENT_ID_LENGTH} characters`),
);

/** The text of a message as a client may write it; its length is a setting, see {@link refuseContent}. */
export const contentInputSchema = v.string("must be a string");

/**
 * Why `content` can't be a message (E1, F4, F5), or null where it can: blank, holding what no store gives back as it was
 * (NUL, a lone surrogate), or over `maxLength` code points.
 */
export function refuseContent(content: string, maxLength: number): Refusal | null {
  if (content.trim() === "") return refuse("VALIDATION_ERROR", "content: must not be blank.");
  if (content.includes("\0") || !content.isWellFormed()) {
    return refuse("VALIDATION_ERROR", "content: holds characters that are not text.");
  }
  // UTF-16 length bounds the count of code points from above, so most messages need no counting.
  if (content.length > maxLength && [...content].length > maxLength) {
    return refuse("VALIDATION_ERROR", `content: must have at most ${maxLength} characters.`);
  }
  return null;
}

/** The first `count` code points of `text`: never half a character (N3). */
export function firstCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  return Array.from(text.slice(0, count * 2))
    .slice(0, count)
    .join("");
}

/** What is wrong with a value, for people: the first issue with the field it stands in. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue);
  if (field === null) return issue.message;
  if (issue.received === "undefined") return `${field}: is required.`;
  return `${field.split(".")[0]}: ${issue.message}.`;
}
