/** Reading a JSON body: bounded, whatever its Content-Type says (E4, E6). */
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type * as v from "valibot";
import { refuse } from "../protocol/codes.ts";
import { parseJsonObject } from "../protocol/frames.ts";
import { MAX_BODY_BYTES } from "../protocol/limits.ts";
import { errorResponse, fail, unwrap } from "./errors.ts";

/** Middleware that answers a larger body with 413. */
export const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => errorResponse(refuse("PAYLOAD_TOO_LARGE")),
});

/**
 * The body, read and fitted to a schema.
 *
 * @param whenEmpty what an empty body stands for; without it, an empty body is not JSON
 * @throws ChatError with `INVALID_JSON` or `VALIDATION_ERROR`
 */
export async function readBody<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
  whenEmpty = "",
): Promise<v.InferOutput<Schema>> {
  const bytes = await c.req.arrayBuffer();
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    fail("INVALID_JSON", "The body is not UTF-8.");
  }
  return unwrap(parseJsonObject(schema, text.trim() === "" ? whenEmpty : text));
}
