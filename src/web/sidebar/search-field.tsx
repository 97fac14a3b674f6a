/** The search above the list. Ctrl+K or ⌘K leads to it from anywhere. */
import { useEffect, type JSX, type KeyboardEvent, type RefObject } from "react";
import { Icon } from "../ui/icons.tsx";

export interface SearchFieldProps {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function SearchField({ inputRef, value, onChange, onKeyDown }: SearchFieldProps): JSX.Element {
  return (
    <div className="search" role="search">
      <Icon name="search" size={18} />
      <input
        ref={inputRef}
        className="field"
        type="text"
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        placeholder="Search or start a chat"
        aria-label="Search conversations and people"
        aria-keyshortcuts="Control+K Meta+K"
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
      />
      {value !== "" && (
        <button
          type="button"
          className="icon-button"
          aria-label="Clear the search"
          onClick={() => {
            onChange("");
            inputRef.current?.focus();
          }}
        >
          <Icon name="close" size={18} />
        </button>
      )}
    </div>
  );
}

export function useSearchShortcut(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      // On a phone the list may be out of sight, and with it the field.
      if (input.current === null || input.current.offsetParent === null) return;
      event.preventDefault();
      input.current.focus();
      input.current.select();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [input]);
}
