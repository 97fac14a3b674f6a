/** A message's text and key, before it goes anywhere. */
import { MAX_FRAME_BYTES } from "../protocol/limits.ts";
import { ChatApiError } from "./errors.ts";

/** Bytes of a frame that are not content: more than its fixed parts and a key take. */
const FRAME_OVERHEAD_BYTES = 256;

/**
 * Refuses what the server could not even answer: a frame over its limit would close the connection, again at every resend. All
 * else is the server's to judge, as its limits are settings.
 *
 * @throws ChatApiError with `VALIDATION_ERROR`
 */
export function refuseUnsendable(content: string): void {
  if (content.trim() === "") throw invalid("A message must not be blank.");
  if (utf8Length(JSON.stringify(content)) > MAX_FRAME_BYTES - FRAME_OVERHEAD_BYTES) {
    throw invalid("This message is too long.");
  }
}

/**
 * A key that the user gives no second message: the time and 100 random bits. It need not be secret, and `crypto` is missing in
 * React Native and on pages without TLS.
 */
export function newClientId(now: () => number, random: () => number): string {
  const part = () => Math.floor(random() * 2 ** 50).toString(36);
  return `${now().toString(36)}-${part()}-${part()}`;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    // A pair of surrogates counts as two already, and takes four.
    if (code > 0x7ff) length += 2;
    else if (code > 0x7f) length += 1;
  }
  return length;
}

function invalid(message: string): ChatApiError {
  return new ChatApiError({ code: "VALIDATION_ERROR", message });
}
