/** The left pane: who I am, a search, and the conversations. */
import {
  useDeferredValue,
  useRef,
  useState,
  useSyncExternalStore,
  type JSX,
  type KeyboardEvent,
} from "react";
import type { InboxSnapshot } from "../../client/index.ts";
import { useChatClient } from "../../react/index.ts";
import { useToday } from "../model/attention.ts";
import { useConnectionNote } from "../model/connection.ts";
import type { Drafts } from "../model/drafts.ts";
import { nameOf } from "../model/names.ts";
import { moveFocus } from "../model/shortcuts.ts";
import { BlankState } from "../ui/blank-state.tsx";
import { ListSkeleton } from "../ui/skeletons.tsx";
import { ConversationItem } from "./conversation-item.tsx";
import { People } from "./people.tsx";
import { SearchField, useSearchShortcut } from "./search-field.tsx";
import { SettingsMenu } from "./settings-menu.tsx";

export interface SidebarProps {
  readonly inbox: InboxSnapshot;
  readonly openId: number | null;
  readonly drafts: Drafts;
  /** Null where there is nothing to sign out of. */
  readonly onLeave: (() => void) | null;
}

const ITEMS = "a.item, button.item";

export function Sidebar({ inbox, openId, drafts, onLeave }: SidebarProps): JSX.Element {
  const [search, setSearch] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const wanted = useDeferredValue(search.trim().toLocaleLowerCase());
  const shown = inbox.conversations.filter(({ id, other_participant }) =>
    wanted === ""
      ? id > 0
      : `${nameOf(other_participant)} ${other_participant.username}`.toLocaleLowerCase().includes(wanted),
  );
  useSearchShortcut(input);

  function onSearchKey(event: KeyboardEvent) {
    const first = list.current?.querySelector<HTMLElement>(ITEMS);
    if (event.key === "Escape") setSearch("");
    else if (event.key === "ArrowDown") first?.focus();
    else if (event.key === "Enter" && wanted !== "") first?.click();
    else return;
    event.preventDefault();
  }

  function onListKey(event: KeyboardEvent<HTMLDivElement>) {
    const isAtTop = document.activeElement === list.current?.querySelector(ITEMS);
    if (event.key === "Escape" || (event.key === "ArrowUp" && isAtTop)) {
      event.preventDefault();
      input.current?.focus();
    } else {
      moveFocus(event, ITEMS);
    }
  }

  return (
    <nav className="sidebar" aria-label="Conversations">
      <header className="sidebar-head">
        <div className="head-text">
          <h1>Chats</h1>
          <ListStatus inbox={inbox} />
        </div>
        <SettingsMenu onLeave={onLeave} />
      </header>
      <SearchField inputRef={input} value={search} onChange={setSearch} onKeyDown={onSearchKey} />
      {/* The keys move among the links in it; it is none itself. */}
      <div ref={list} className="list" onKeyDown={onListKey}>
        {!inbox.loaded && <ListSkeleton />}
        {inbox.loaded && shown.length > 0 && (
          <Conversations
            inbox={inbox}
            shown={shown}
            openId={openId}
            drafts={drafts}
            onPick={() => setSearch("")}
          />
        )}
        {inbox.loaded && inbox.conversations.length === 0 && wanted === "" && (
          <BlankState title="No conversations yet" text="Search for someone above to say hello." />
        )}
        {wanted !== "" && (
          <People
            search={search.trim()}
            conversations={inbox.conversations}
            hasMatches={shown.length > 0}
            onPicked={() => setSearch("")}
          />
        )}
      </div>
    </nav>
  );
}

interface ConversationsProps extends Pick<SidebarProps, "inbox" | "openId" | "drafts"> {
  readonly shown: InboxSnapshot["conversations"];
  readonly onPick: () => void;
}

function Conversations({ inbox, shown, openId, drafts, onPick }: ConversationsProps): JSX.Element {
  const today = useToday();
  useSyncExternalStore(drafts.subscribe, drafts.version, drafts.version);
  return (
    <ul>
      {shown.map((conversation) => (
        <ConversationItem
          key={conversation.id}
          conversation={conversation}
          isOpen={conversation.id === openId}
          isOnline={inbox.online.has(conversation.other_participant.id)}
          draft={conversation.id === openId ? "" : drafts.get(conversation.id)}
          today={today}
          onPick={onPick}
        />
      ))}
    </ul>
  );
}

/** The user's own name, or what is wrong with the connection. */
function ListStatus({ inbox }: { readonly inbox: InboxSnapshot }): JSX.Element {
  const note = useConnectionNote(inbox.connection);
  const { userId } = useChatClient();
  const me = inbox.conversations[0]?.participants.find(({ id }) => id === userId);
  return (
    <p className={note === null ? "sub" : "sub noted"} role="status">
      {note ?? (me === undefined ? "Signed in" : <bdi>{nameOf(me)}</bdi>)}
    </p>
  );
}
