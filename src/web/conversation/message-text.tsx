/** A message's text: never anything but text and links, whatever is in it. */
import { useMemo, useState, type JSX } from "react";
import { partsOf } from "../model/text-parts.ts";

/** Past either of these a message is folded. */
const LONG_LENGTH = 1_500;
const LONG_LINES = 20;

export function MessageText({ content }: { readonly content: string }): JSX.Element {
  const parts = useMemo(() => partsOf(content), [content]);
  const isLong = content.length > LONG_LENGTH || content.split("\n").length > LONG_LINES;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <span className={isLong && !isOpen ? "text folded" : "text"} dir="auto">
        {parts.map(({ text, href }, at) =>
          href === null ? (
            text
          ) : (
            <a key={at} href={href} title={href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">
              {text}
            </a>
          ),
        )}
      </span>
      {isLong && (
        <button type="button" className="link fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Show less" : "Show all"}
        </button>
      )}
    </>
  );
}
