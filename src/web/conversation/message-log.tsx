/** The messages, to be scrolled and walked through with the arrow keys. */
import { memo, useMemo, useRef, useState, type JSX } from "react";
import type { User } from "../../client/index.ts";
import type { ConversationView } from "../../react/index.ts";
import { useToday } from "../model/attention.ts";
import { nameOf } from "../model/names.ts";
import { isSameRow, toBlocks, type Block } from "../model/rows.ts";
import { moveFocus } from "../model/shortcuts.ts";
import { Icon } from "../ui/icons.tsx";
import { MessageRow, type MessageActions } from "./message-row.tsx";
import { useLogScroll } from "./use-log-scroll.ts";
import { useMessageActions } from "./use-message-actions.ts";
import { useSeen } from "./use-seen.ts";

export interface MessageLogProps {
  readonly view: ConversationView;
  readonly other: User | null;
  readonly firstNew: number | null;
  readonly onEdit: (key: string, content: string) => void;
}

export function MessageLog({ view, other, firstNew, onEdit }: MessageLogProps): JSX.Element {
  const log = useRef<HTMLDivElement>(null);
  const today = useToday();
  const name = other === null ? "Them" : nameOf(other);
  const blocks = useMemo(() => toBlocks(view.messages, firstNew, today), [view.messages, firstNew, today]);
  const [failed, setFailed] = useState(false);
  const actions = useMessageActions(view.store, onEdit);

  function loadOlder() {
    setFailed(false);
    view.store.loadOlder().catch(() => setFailed(true));
  }
  const canLoad = view.hasOlder && !view.loadingOlder && !failed;
  const see = useSeen(log, view);
  const scroll = useLogScroll({ log, view, firstNew, loadOlder: canLoad ? loadOlder : null, onMove: see });

  return (
    <div className="log-frame">
      <div
        ref={log}
        className="log"
        role="log"
        aria-live="off"
        aria-label={`Messages with ${name}`}
        tabIndex={0}
        onScroll={scroll.onScroll}
        onKeyDown={(event) => {
          const isField = event.target instanceof HTMLButtonElement;
          if (!isField && (event.key === "ArrowUp" || event.key === "ArrowDown"))
            moveFocus(event, ".message");
        }}
      >
        <div className="log-content">
          <div className="log-start">
            {view.hasOlder && !failed && (
              <span className="spinner" role="img" aria-label="Loading earlier messages" />
            )}
            {failed && (
              <button type="button" className="button" onClick={loadOlder}>
                Earlier messages could not be loaded. Try again
              </button>
            )}
            {!view.hasOlder && <span className="log-begin">The conversation begins here</span>}
          </div>
          {blocks.map((block) => (
            <BlockRows key={block.key} block={block} name={name} actions={actions} />
          ))}
          <div className="typing" aria-hidden="true">
            {view.typing.length > 0 && (
              <span className="typing-bubble">
                <i />
                <i />
                <i />
              </span>
            )}
          </div>
        </div>
      </div>
      {scroll.isAway && (
        <button type="button" className="jump" onClick={scroll.toLatest}>
          <Icon name="down" />
          <span className="visually-hidden">Jump to the latest message</span>
          {view.unreadCount > 0 && (
            <span className="badge">
              {view.unreadCount > 99 ? "99+" : view.unreadCount}
              <span className="visually-hidden"> unread</span>
            </span>
          )}
        </button>
      )}
    </div>
  );
}

interface BlockRowsProps {
  readonly block: Block;
  readonly name: string;
  readonly actions: MessageActions;
}

/** Drawn again only where one of its rows looks different: of thousands, one or two are. */
const BlockRows = memo(
  function BlockRows({ block, name, actions }: BlockRowsProps): JSX.Element {
    return (
      <div className="block">
        {block.rows.map((row) => (
          <MessageRow key={row.message.key} row={row} name={name} actions={actions} />
        ))}
      </div>
    );
  },
  (a, b) =>
    a.name === b.name &&
    a.actions === b.actions &&
    a.block.rows.length === b.block.rows.length &&
    a.block.rows.every((row, at) => {
      const other = b.block.rows[at];
      return other !== undefined && isSameRow(row, other);
    }),
);
