/** Where one writes. Enter sends, Shift+Enter breaks the line. */
import { useLayoutEffect, type FormEvent, type JSX, type KeyboardEvent, type RefObject } from "react";
import type { ConversationView } from "../../react/index.ts";
import { Icon } from "../ui/icons.tsx";

export interface ComposerProps {
  readonly inputRef: RefObject<HTMLTextAreaElement | null>;
  readonly view: ConversationView;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  /** Sends the draft; false where there was nothing to send. */
  readonly onSend: () => boolean;
}

export function Composer({ inputRef, view, draft, onDraft, onSend }: ComposerProps): JSX.Element {
  useAutoGrow(inputRef, draft);

  function onKeyDown(event: KeyboardEvent) {
    // While a character is being composed, Enter only ends that.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onSend();
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    onSend();
    inputRef.current?.focus();
  }

  function change(text: string) {
    onDraft(text);
    if (text.trim() === "") view.store.stopTyping();
    else view.store.typing();
  }

  return (
    <form className="composer" onSubmit={onSubmit}>
      <textarea
        ref={inputRef}
        className="field"
        rows={1}
        dir="auto"
        value={draft}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => view.store.stopTyping()}
        placeholder="Message"
        aria-label="Message"
        enterKeyHint="send"
        autoComplete="off"
      />
      <button type="submit" className="send" aria-label="Send" disabled={draft.trim() === ""}>
        <Icon name="send" />
      </button>
    </form>
  );
}

/** As tall as its text; the styles say where that ends. */
function useAutoGrow(input: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
  }, [input, text]);
}
