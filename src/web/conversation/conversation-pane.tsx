/** The open conversation. */
import { useEffect, useRef, type JSX } from "react";
import type { User } from "../../client/index.ts";
import { useConversation, type ConversationView } from "../../react/index.ts";
import type { Drafts } from "../model/drafts.ts";
import { nameOf } from "../model/names.ts";
import { BlankState } from "../ui/blank-state.tsx";
import { MessagesSkeleton } from "../ui/skeletons.tsx";
import { Composer } from "./composer.tsx";
import { ConversationHead } from "./conversation-head.tsx";
import { MessageLog } from "./message-log.tsx";
import { useAnnounceMessages } from "./use-announce-messages.ts";
import { useDraft } from "./use-draft.ts";
import { useFirstNew } from "./use-first-new.ts";

export interface ConversationPaneProps {
  readonly id: number;
  /** Who it is with, where the list knows already. */
  readonly other: User | null;
  readonly onlineIds: ReadonlySet<number>;
  readonly drafts: Drafts;
  /** Told whether the connection was refused for its token. */
  readonly onSessionOver: (isOver: boolean) => void;
}

export function ConversationPane(props: ConversationPaneProps): JSX.Element {
  const { id, other: listed, onlineIds, drafts, onSessionOver } = props;
  const view = useConversation(id);
  const input = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useDraft(drafts, id);
  const [firstNew, clearFirstNew] = useFirstNew(view);
  const other = view.other ?? listed;
  const isForbidden = view.connection === "forbidden";
  const isOver = view.connection === "unauthorized";
  useEffect(() => {
    onSessionOver(isOver);
    return () => onSessionOver(false);
  }, [isOver, onSessionOver]);
  useFocusOnOpen(input);
  useAnnounceMessages(view.messages, other);

  function send(): boolean {
    try {
      view.store.send(draft);
    } catch {
      // Blank: there is nothing to send.
      return false;
    }
    setDraft("");
    clearFirstNew();
    return true;
  }

  function edit(key: string, content: string) {
    view.store.discard(key);
    setDraft(draft.trim() === "" ? content : `${draft}\n${content}`);
    input.current?.focus();
  }

  return (
    <div className="conversation">
      <ConversationHead view={view} other={other} isOnline={isOnline(view, onlineIds)} />
      {isForbidden ? (
        <BlankState
          isAlert
          title="This conversation is not available"
          text="It does not exist, or it is not one of yours."
        >
          <a className="button" href="#/">
            Back to the list
          </a>
        </BlankState>
      ) : (
        <>
          <Body view={view} other={other} firstNew={firstNew} onEdit={edit} />
          <Composer inputRef={input} view={view} draft={draft} onDraft={setDraft} onSend={send} />
        </>
      )}
    </div>
  );
}

interface BodyProps {
  readonly view: ConversationView;
  readonly other: User | null;
  readonly firstNew: number | null;
  readonly onEdit: (key: string, content: string) => void;
}

function Body({ view, other, firstNew, onEdit }: BodyProps): JSX.Element {
  if (view.messages.length > 0) {
    return <MessageLog view={view} other={other} firstNew={firstNew} onEdit={onEdit} />;
  }
  if (!view.loaded) return <MessagesSkeleton />;
  const name = other === null ? "them" : nameOf(other);
  return (
    <BlankState
      title="No messages yet"
      text={
        <>
          Say hello to <bdi>{name}</bdi>.
        </>
      }
    />
  );
}

function isOnline(view: ConversationView, onlineIds: ReadonlySet<number>): boolean {
  return view.other !== null && (view.online.includes(view.other.id) || onlineIds.has(view.other.id));
}

/** With a mouse the next thing is to write; on a touch screen that would bring up the keyboard. */
function useFocusOnOpen(input: React.RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const isTouch = matchMedia("(pointer: coarse)").matches;
    const target = isTouch ? document.querySelector<HTMLElement>(".conversation h2") : input.current;
    target?.focus();
  }, [input]);
}
