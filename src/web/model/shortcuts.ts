/** Moving through lists with the arrow keys. */
import type { KeyboardEvent } from "react";

/** Moves the focus among the elements of a list that match; true where the key was one of those that do. */
export function moveFocus(event: KeyboardEvent<HTMLElement>, selector: string): boolean {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const at = items.findIndex((item) => item === document.activeElement);
  const target = items.at(targetIndex(event.key, at, items.length) ?? items.length);
  if (target === undefined) return false;
  event.preventDefault();
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
  return true;
}

function targetIndex(key: string, at: number, length: number): number | null {
  switch (key) {
    case "ArrowDown":
      return at === -1 ? 0 : Math.min(at + 1, length - 1);
    case "ArrowUp":
      return at === -1 ? length - 1 : Math.max(at - 1, 0);
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return null;
  }
}
