/** What is in a message: links, and whether it is nothing but a few emoji. The text itself is never changed. */

/** A piece of a message; `href` where it is a link. */
export interface TextPart {
  readonly text: string;
  readonly href: string | null;
}

// Ends at whatever could make a link look like another one: spaces, quotes, brackets, invisible and direction characters.
const CANDIDATE = /\bhttps?:\/\/[^\s<>"'`{}|\\^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]+/giu;
const TRAILING = /[.,:;!?…*_~]+$/u;
const EMOJI_ONLY = /^(?:\p{RGI_Emoji}|\s)+$/v;
const MAX_BIG_EMOJI = 3;
/** No three emoji are longer, in UTF-16 units; longer texts are not looked at. */
const MAX_EMOJI_LENGTH = 64;

/** Splits a message into text and links. */
export function partsOf(content: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of content.matchAll(CANDIDATE)) {
    const text = withoutTrailing(match[0]);
    const href = safeUrl(text);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: content.slice(end, match.index), href: null });
    parts.push({ text, href });
    end = match.index + text.length;
  }
  if (end < content.length) parts.push({ text: content.slice(end), href: null });
  return parts;
}

/** Whether a message is one to three emoji and nothing else. */
export function isBigEmoji(content: string): boolean {
  if (content.length > MAX_EMOJI_LENGTH || !EMOJI_ONLY.test(content)) return false;
  const characters = content.replaceAll(/\s/g, "");
  const count = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(characters)].length;
  return count <= MAX_BIG_EMOJI;
}

/** A sentence's own punctuation is no part of a link, nor is a bracket that was opened before it. */
function withoutTrailing(candidate: string): string {
  let text = candidate.replace(TRAILING, "");
  while (/[)\]]$/.test(text) && !isBalanced(text)) text = text.slice(0, -1).replace(TRAILING, "");
  return text;
}

function isBalanced(text: string): boolean {
  return count(text, "(") >= count(text, ")") && count(text, "[") >= count(text, "]");
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** The address in full, as the browser will open it; null for anything but the web. */
function safeUrl(text: string): string | null {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") ? url.href : null;
}
