/** One conversation of the list. */
import { memo, type JSX } from "react";
import type { Conversation } from "../../client/index.ts";
import { useAttention } from "../model/attention.ts";
import { nameOf } from "../model/names.ts";
import { conversationHref } from "../model/route.ts";
import { fullTime, shortTime } from "../model/times.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Ticks } from "../ui/ticks.tsx";

export interface ConversationItemProps {
  readonly conversation: Conversation;
  readonly isOpen: boolean;
  readonly isOnline: boolean;
  readonly draft: string;
  readonly today: Date;
  readonly onPick: () => void;
}

export const ConversationItem = memo(function ConversationItem(props: ConversationItemProps): JSX.Element {
  const { conversation, isOpen, isOnline, today, onPick } = props;
  const { id, other_participant: other, last_message: last, unread_count } = conversation;
  // What arrives in sight is read within a moment: a number that flashes up says nothing.
  const isSeen = useAttention() && isOpen;
  const unread = isSeen ? 0 : unread_count;
  return (
    <li>
      <a
        className={unread > 0 ? "item unread" : "item"}
        href={conversationHref(id)}
        data-conversation={id}
        aria-current={isOpen ? "page" : undefined}
        onClick={onPick}
      >
        <Avatar user={other} isOnline={isOnline} />
        <span className="item-name">
          <bdi>{nameOf(other)}</bdi>
          {isOnline && <span className="visually-hidden"> (online)</span>}
        </span>
        {last !== null && (
          <time className="item-time" dateTime={last.timestamp} title={fullTime(last.timestamp)}>
            {shortTime(last.timestamp, today)}
          </time>
        )}
        <Preview conversation={conversation} draft={props.draft} />
        {unread > 0 && (
          <span className="badge">
            {unread > 99 ? "99+" : unread}
            <span className="visually-hidden"> unread</span>
          </span>
        )}
      </a>
    </li>
  );
});

function Preview({
  conversation,
  draft,
}: Pick<ConversationItemProps, "conversation" | "draft">): JSX.Element {
  const { last_message: last, other_participant: other } = conversation;
  if (draft.trim() !== "") {
    return (
      <span className="item-preview">
        <span className="draft">Draft: </span>
        <bdi>{draft}</bdi>
      </span>
    );
  }
  if (last === null) return <span className="item-preview">Say hello</span>;
  return (
    <span className="item-preview">
      {last.sender_id !== other.id && <Ticks status={last.is_read ? "read" : "sent"} />}
      {/* The list needs no more of it, however long it is. */}
      <bdi>{last.content.slice(0, 200)}</bdi>
    </span>
  );
}
