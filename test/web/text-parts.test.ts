/** Links and emoji in messages. */
import { describe, expect, test } from "vitest";
import { isBigEmoji, partsOf } from "../../src/web/model/text-parts.ts";

function hrefs(text: string): (string | null)[] {
  return partsOf(text)
    .map(({ href }) => href)
    .filter((href) => href !== null);
}

describe("links", () => {
  test.each([
    ["see https://example.com/a.", "https://example.com/a"],
    ["(https://example.com/a_(b))", "https://example.com/a_(b)"],
    ["HTTP://EXAMPLE.com", "http://example.com/"],
    ["https://example.com/?q=1&r=2#x!", "https://example.com/?q=1&r=2#x"],
    ["https://exämple.com", "https://xn--exmple-cua.com/"],
  ])("%s", (text, href) => expect(hrefs(text)).toEqual([href]));

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://example.com",
    "https://",
    "xhttps://a.b",
    "file:///etc",
  ])("%s is none", (text) => expect(hrefs(text)).toEqual([]));

  test("end at invisible and direction characters", () => {
    expect(hrefs("https://a.example/\u202Egnp.exe https://b.example/\u200Bx")).toEqual([
      "https://a.example/",
      "https://b.example/",
    ]);
  });

  test("leave the text as it is", () => {
    const text = "a https://b.example, c (https://d.example) e";
    expect(
      partsOf(text)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  });
});

describe("emoji alone", () => {
  test.each(["😀", "👩‍👩‍👧‍👦 🇫🇷", "👍🏽👍🏽👍🏽"])("%s is big", (text) => expect(isBigEmoji(text)).toBe(true));
  test.each(["😀😀😀😀", "a😀", "1", "", "😀".repeat(4_096)])("%s is not", (text) =>
    expect(isBigEmoji(text)).toBe(false),
  );
});
