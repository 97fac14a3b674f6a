/** Development's way in: any name will do. */
import { useEffect, useRef, useState, type FormEvent, type JSX } from "react";
import { deviceStorage } from "../model/storage.ts";
import { signIn, type Session } from "../session/session.ts";

const LAST_NAME = "bizbuch-chat/last-name";

export function SignInForm({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }): JSX.Element {
  const [name, setName] = useState(() => deviceStorage.get(LAST_NAME) ?? "");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);

  async function submit() {
    setBusy(true);
    setError(null);
    try {
      const session = await signIn(name.trim());
      deviceStorage.set(LAST_NAME, name.trim());
      onSignedIn(session);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : "Something went wrong.");
      setBusy(false);
      input.current?.focus();
    }
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() === "") {
      setError("Enter a name.");
      input.current?.focus();
    } else if (!busy) {
      void submit();
    }
  }

  return (
    <form className="sign-in" onSubmit={onSubmit} noValidate>
      <label htmlFor="name">Your name</label>
      <input
        ref={input}
        id="name"
        className="field"
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
        maxLength={40}
        autoComplete="username"
        spellCheck={false}
        placeholder="ada"
        aria-invalid={error !== null}
        aria-describedby="name-note"
      />
      <p
        id="name-note"
        className={error === null ? "note" : "note error"}
        role={error === null ? undefined : "alert"}
      >
        {error ?? "This is a development server: any name signs you in, without a password."}
      </p>
      <button type="submit" className="button primary" disabled={busy}>
        {busy ? "Signing in…" : "Sign in"}
      </button>
    </form>
  );
}
