/** The page of those who are not signed in. */
import { useCallback, useEffect, useState, type JSX } from "react";
import { canSignInByName } from "../session/development.ts";
import type { Session } from "../session/session.ts";
import { BlankState } from "../ui/blank-state.tsx";
import { Handover } from "./handover.tsx";
import { SignInForm } from "./sign-in-form.tsx";

type Way = "unknown" | "by-name" | "handover" | "unreachable";

export function Welcome({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }): JSX.Element {
  const [way, setWay] = useState<Way>("unknown");
  const look = useCallback(() => {
    setWay("unknown");
    canSignInByName().then(
      (can) => setWay(can ? "by-name" : "handover"),
      () => setWay("unreachable"),
    );
  }, []);
  useEffect(look, [look]);
  return (
    <main className="welcome">
      <div className="welcome-card">
        <img src="/icon.svg" alt="" width={44} height={44} />
        <h1>BizBuch chat</h1>
        {way === "by-name" && <SignInForm onSignedIn={onSignedIn} />}
        {way === "handover" && <Handover />}
        {way === "unreachable" && (
          <BlankState isAlert title="The server can't be reached" text="Check your connection and try again.">
            <button type="button" className="button primary" onClick={look}>
              Try again
            </button>
          </BlankState>
        )}
        {way === "unknown" && <div className="welcome-wait" aria-busy="true" />}
      </div>
      <nav className="welcome-links" aria-label="For developers">
        <a href="/api/docs/">REST API</a>
        <a href="/api-docs/websocket.txt">WebSockets</a>
        <a href="/api/schema/">OpenAPI</a>
      </nav>
    </main>
  );
}
