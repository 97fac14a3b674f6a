/** Who the conversation is with, and what they are doing; or what is wrong with the connection. */
import type { JSX } from "react";
import type { User } from "../../client/index.ts";
import type { ConversationView } from "../../react/index.ts";
import { useConnectionNote } from "../model/connection.ts";
import { nameOf } from "../model/names.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Icon } from "../ui/icons.tsx";

export interface ConversationHeadProps {
  readonly view: ConversationView;
  readonly other: User | null;
  readonly isOnline: boolean;
}

export function ConversationHead({ view, other, isOnline }: ConversationHeadProps): JSX.Element {
  const isForbidden = view.connection === "forbidden";
  const note = useConnectionNote(isForbidden ? "live" : view.connection);
  const isTyping = view.typing.length > 0;
  return (
    <header className="head">
      <a className="icon-button back" href="#/" aria-label="Back to the list">
        <Icon name="back" />
      </a>
      {other === null ? (
        <span className={isForbidden ? "head-avatar" : "skeleton head-avatar"} />
      ) : (
        <Avatar user={other} size="small" isOnline={isOnline} />
      )}
      <div className="head-text">
        <h2 tabIndex={-1}>
          <bdi>{other === null ? "\u00a0" : nameOf(other)}</bdi>
        </h2>
        <p className={note === null ? "sub" : "sub noted"} role="status">
          {note ?? (isTyping ? "Typing…" : isOnline ? "Online" : other === null ? "\u00a0" : "Away")}
        </p>
      </div>
    </header>
  );
}
