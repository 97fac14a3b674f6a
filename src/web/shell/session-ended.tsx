/** Says that the token is no longer good, over everything else, and what to do. */
import { useEffect, useRef, type JSX } from "react";
import { useChatClient } from "../../react/index.ts";
import type { Session } from "../session/session.ts";

export interface SessionEndedProps {
  readonly kind: Session["kind"];
  readonly onLeave: () => void;
}

export function SessionEnded({ kind, onLeave }: SessionEndedProps): JSX.Element {
  const client = useChatClient();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const isByName = kind === "development";
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="ended-title"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="ended-title">Your session has ended</h2>
      <p>
        {isByName
          ? "Sign in again to go on. Messages that are not sent yet are kept."
          : "Open the chat again from the application that you use it with. Messages that are not sent yet are kept."}
      </p>
      <button
        type="button"
        className="button primary"
        onClick={() => (isByName ? onLeave() : client.reconnect())}
      >
        {isByName ? "Sign in again" : "Try again"}
      </button>
    </dialog>
  );
}
