/** Why a message was not sent, and what to do with it. */
import type { JSX } from "react";
import type { ChatMessage } from "../../client/index.ts";
import { Icon } from "../ui/icons.tsx";
import type { MessageActions } from "./message-row.tsx";

export interface FailedNoteProps {
  readonly message: ChatMessage;
  readonly actions: MessageActions;
}

export function FailedNote({ message, actions }: FailedNoteProps): JSX.Element {
  // The server names the field, of which there is but one here.
  const reason = message.error?.message.replace(/^content: /, "It ");
  return (
    <div className="failed-note" role="alert">
      <span className="failed-reason">
        <Icon name="warning" size={16} />
        Not sent. {reason}
      </span>
      <span className="failed-actions">
        <button type="button" className="link" onClick={() => actions.retry(message.key)}>
          Retry
        </button>
        <button type="button" className="link" onClick={() => actions.edit(message.key, message.content)}>
          Edit
        </button>
        <button type="button" className="link" onClick={() => actions.discard(message.key)}>
          Discard
        </button>
      </span>
    </div>
  );
}
