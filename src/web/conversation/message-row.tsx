/** One message, with the day and the "new messages" line before it where they belong there. */
import { memo, useState, type JSX } from "react";
import { isSameRow, type Row } from "../model/rows.ts";
import { isBigEmoji } from "../model/text-parts.ts";
import { clock, fullTime } from "../model/times.ts";
import { Icon } from "../ui/icons.tsx";
import { Ticks } from "../ui/ticks.tsx";
import { FailedNote } from "./failed-note.tsx";
import { MessageText } from "./message-text.tsx";

const COPIED_MS = 1_500;

export interface MessageActions {
  /** Whether it was allowed. */
  copy(content: string): Promise<boolean>;
  retry(key: string): void;
  discard(key: string): void;
  edit(key: string, content: string): void;
}

export interface MessageRowProps {
  readonly row: Row;
  /** The other's name. */
  readonly name: string;
  readonly actions: MessageActions;
}

export const MessageRow = memo(
  function MessageRow({ row, name, actions }: MessageRowProps): JSX.Element {
    const { message } = row;
    const isBig = isBigEmoji(message.content);
    const classes = [
      "message",
      message.mine ? "mine" : "theirs",
      row.startsGroup && "starts",
      row.endsGroup && "ends",
      isBig && "big",
      message.status === "failed" && "failed",
    ];
    return (
      <div className="row" data-row={message.id ?? ""}>
        {row.day !== null && <p className="day">{row.day}</p>}
        {row.isFirstNew && <p className="new-line">New messages</p>}
        <article
          className={classes.filter(Boolean).join(" ")}
          tabIndex={-1}
          aria-label={`${message.mine ? "You" : name}, ${fullTime(message.timestamp)}`}
        >
          <div className="bubble">
            <MessageText content={message.content} />
            <span className="meta">
              <time dateTime={message.timestamp} title={fullTime(message.timestamp)}>
                {clock(message.timestamp)}
              </time>
              {message.mine && <Ticks status={message.status} />}
            </span>
          </div>
          <CopyButton onCopy={() => actions.copy(message.content)} />
        </article>
        {message.status === "failed" && <FailedNote message={message} actions={actions} />}
      </div>
    );
  },
  (a, b) => a.name === b.name && a.actions === b.actions && isSameRow(a.row, b.row),
);

function CopyButton({ onCopy }: { readonly onCopy: () => Promise<boolean> }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  async function copy() {
    if (!(await onCopy())) return;
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  }
  return (
    <button
      type="button"
      className="icon-button copy"
      aria-label="Copy message"
      title="Copy"
      onClick={() => void copy()}
    >
      <Icon name={isCopied ? "check" : "copy"} size={16} />
    </button>
  );
}
