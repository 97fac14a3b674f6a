import * as fc from "fast-check";
import { expect, test } from "vitest";
import { firstCharacters, parseId, refuseContent } from "../../src/protocol/values.ts";

/** Any string, lone surrogates and NULs included. */
const anyText = fc.string({ unit: "binary", maxLength: 300 });
const mixedText = fc.string({
  unit: fc.constantFrom("a", " ", "é", "🧵", "\u0301", "\0", "\ud800", "\udc00"),
});

test("[F4] [F5] [E1] content is taken exactly if it is text, not blank and not too long in code points", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, mixedText), fc.integer({ min: 1, max: 40 }), (content, maxLength) => {
      const isText = !/\p{Surrogate}|\0/u.test(content);
      const isBlank = content.trim() === "";
      const isTaken = isText && !isBlank && Array.from(content).length <= maxLength;
      expect(refuseContent(content, maxLength) === null).toBe(isTaken);
    }),
  );
});

test("[N3] a preview is the first code points, and never half a character", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "🧵", "é") }),
      fc.integer({ min: 0, max: 12 }),
      (text, count) => {
        const preview = firstCharacters(text, count);
        expect(preview).toBe(Array.from(text).slice(0, count).join(""));
        expect(preview.isWellFormed()).toBe(true);
      },
    ),
  );
});

test("[A1] [F6] an id is a positive safe integer, or its digits", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (id) => {
      expect(parseId(id)).toBe(id);
      expect(parseId(String(id))).toBe(id);
      expect(parseId(`00${id}`.slice(-16))).toBe(id % 1e16);
      // Beyond that a half is rounded away.
      const half = Math.min(id, 2 ** 50) + 0.5;
      for (const wrong of [-id, half, `-${id}`, `${id}.0`, ` ${id}`, `${id}e0`, `0x${id}`, [id], { id }]) {
        expect(parseId(wrong)).toBeNull();
      }
    }),
  );
});

test.each([
  0,
  "0",
  "",
  "00",
  null,
  undefined,
  true,
  Number.NaN,
  Infinity,
  2 ** 53,
  "9007199254740992",
  "99999999999999999",
  10n,
])("[A1] %s is no id", (value) => {
  expect(parseId(value)).toBeNull();
});

test("[A1] whatever is asked, the answer is an id or null", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const id = parseId(value);
      expect(id === null || (Number.isSafeInteger(id) && id > 0)).toBe(true);
    }),
  );
});
