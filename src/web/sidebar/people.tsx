/** People found by the search: choosing one opens the conversation with them. */
import { useEffect, useState, type JSX } from "react";
import type { Conversation, User } from "../../client/index.ts";
import { useChatClient } from "../../react/index.ts";
import { nameOf } from "../model/names.ts";
import { openConversation } from "../model/route.ts";
import { Avatar } from "../ui/avatar.tsx";

const PAUSE_MS = 200;

export interface PeopleProps {
  readonly search: string;
  readonly conversations: readonly Conversation[];
  /** Whether conversations were found already. */
  readonly hasMatches: boolean;
  readonly onPicked: () => void;
}

type Found = { readonly users: readonly User[] } | "searching" | "failed";

export function People({ search, conversations, hasMatches, onPicked }: PeopleProps): JSX.Element {
  const client = useChatClient();
  const found = usePeople(search);
  const [failed, setFailed] = useState(false);
  const known = new Set(conversations.map(({ other_participant }) => other_participant.id));
  const users = typeof found === "string" ? [] : found.users.filter(({ id }) => !known.has(id));

  async function start(user: User) {
    setFailed(false);
    try {
      openConversation((await client.start(user.id)).id);
      onPicked();
    } catch {
      setFailed(true);
    }
  }

  return (
    <section className="people" aria-label="People">
      {users.length > 0 && <h2>People</h2>}
      <ul>
        {users.map((user) => (
          <li key={user.id}>
            <button type="button" className="item" onClick={() => void start(user)}>
              <Avatar user={user} />
              <span className="item-name">
                <bdi>{nameOf(user)}</bdi>
              </span>
              <span className="item-preview">
                <bdi>{user.headline === "" ? `@${user.username}` : user.headline}</bdi>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="people-note" role="status">
        {failed
          ? "The conversation could not be started. Try again."
          : describe(found, search, users.length, hasMatches)}
      </p>
    </section>
  );
}

function describe(found: Found, search: string, count: number, hasMatches: boolean): string {
  if (found === "searching") return "Searching…";
  if (found === "failed") return "The search is not available right now.";
  return count > 0 || hasMatches ? "" : `No one called “${search}” is known here.`;
}

/** Asks once the typing pauses; an answer to an earlier text never shows. */
function usePeople(search: string): Found {
  const client = useChatClient();
  const [found, setFound] = useState<Found>("searching");
  useEffect(() => {
    let isCurrent = true;
    const show = (next: Found) => {
      if (isCurrent) setFound(next);
    };
    const timer = setTimeout(() => {
      client.searchUsers(search).then(
        (users) => show({ users }),
        () => show("failed"),
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [client, search]);
  return found;
}
