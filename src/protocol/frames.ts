/** Reading a client's frame: size, form, schema; each failure with its own answer (C14). */
import * as v from "valibot";
import { clientEventSchema, type ClientEvent } from "./client-events.ts";
import { ok, refuse, type Refusal, type Result } from "./codes.ts";
import { MAX_FRAME_BYTES } from "./limits.ts";
import { clientIdSchema, describeIssue } from "./values.ts";

/** Whether a frame is over the size limit, counted in UTF-8 bytes. */
export function isFrameTooLarge(data: string | ArrayBuffer): boolean {
  if (typeof data !== "string") return data.byteLength > MAX_FRAME_BYTES;
  // A UTF-16 unit is one to three bytes of UTF-8, so most frames need no encoding to be measured.
  if (data.length > MAX_FRAME_BYTES) return true;
  return data.length * 3 > MAX_FRAME_BYTES && new TextEncoder().encode(data).byteLength > MAX_FRAME_BYTES;
}

/** A frame, read: either the event, or why not, with the `client_id` of the send that it was, where it had a good one. */
export type ParsedFrame =
  | { readonly event: ClientEvent }
  | { readonly refusal: Refusal; readonly clientId: string | null };

/** Reads a chat socket's frame into a {@link ClientEvent}, or says what is wrong with it. */
export function parseFrame(data: string | ArrayBuffer): ParsedFrame {
  if (typeof data !== "string") {
    return { refusal: refuse("INVALID_JSON", "Frames are JSON text, not binary."), clientId: null };
  }
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { refusal: refuse("INVALID_JSON"), clientId: null };
  }
  const parsed = v.safeParse(clientEventSchema, value);
  if (parsed.success) return { event: parsed.output };
  return {
    refusal: refuse("VALIDATION_ERROR", describeIssue(parsed.issues[0])),
    clientId: clientIdIn(value),
  };
}

const keyedSchema = v.object({ client_id: clientIdSchema });

function clientIdIn(value: unknown): string | null {
  const keyed = v.safeParse(keyedSchema, value);
  return keyed.success ? keyed.output.client_id : null;
}

/** Reads a JSON object that has to fit a schema. */
export function parseJsonObject<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): Result<v.InferOutput<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("INVALID_JSON");
  }
  // An array would pass for an object whose fields are all absent.
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("VALIDATION_ERROR", "This must be a JSON object.");
  }
  return parseValue(schema, value);
}

/** Fits a value to a schema. */
export function parseValue<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): Result<v.InferOutput<Schema>> {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? ok(parsed.output) : refuse("VALIDATION_ERROR", describeIssue(parsed.issues[0]));
}
