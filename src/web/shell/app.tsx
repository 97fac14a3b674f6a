/** Signed in or not: what the page shows. */
import { useEffect, useMemo, useState, type JSX } from "react";
import { ChatClient } from "../../client/index.ts";
import { ChatProvider } from "../../react/index.ts";
import { deviceStorage } from "../model/storage.ts";
import { findSession, hasTokenInAddress, signOut, type Session } from "../session/session.ts";
import { Announcer } from "../ui/announcer.tsx";
import { Messenger } from "./messenger.tsx";
import { Welcome } from "./welcome.tsx";

export function App(): JSX.Element {
  const [session, setSession] = useState(findSession);
  useReloadOnNewToken();
  function leave() {
    signOut();
    location.hash = "#/";
    setSession(null);
  }
  if (session === null) return <Welcome onSignedIn={setSession} />;
  return <SignedIn session={session} onLeave={leave} />;
}

function SignedIn({
  session,
  onLeave,
}: {
  readonly session: Session;
  readonly onLeave: () => void;
}): JSX.Element {
  const client = useMemo(
    () => new ChatClient({ url: location.origin, token: () => session.token(), storage: outboxStorage }),
    [session],
  );
  useEffect(() => {
    // A failure shows in the list's connection state.
    client.resumeOutbox().catch(() => {});
    return () => void client.close();
  }, [client]);
  return (
    <ChatProvider value={client}>
      <Announcer>
        <Messenger kind={session.kind} onLeave={onLeave} />
      </Announcer>
    </ChatProvider>
  );
}

const outboxStorage = {
  getItem: (key: string) => deviceStorage.get(key),
  setItem: (key: string, value: string) => deviceStorage.set(key, value),
  removeItem: (key: string) => deviceStorage.set(key, null),
};

/** A host may send its user here again while the page is open: with a new token, or as somebody else. */
function useReloadOnNewToken(): void {
  useEffect(() => {
    const look = () => {
      if (hasTokenInAddress()) location.reload();
    };
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);
}
