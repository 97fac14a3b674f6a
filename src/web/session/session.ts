/** Who is using the chat, and where their token comes from. */
import { tabStorage } from "../model/storage.ts";
import { signInForDevelopment } from "./development.ts";

/** A signed-in user. */
export interface Session {
  /** `host`: the page's own script hands in tokens; `address`: one came in the address; `development`: by name. */
  readonly kind: "host" | "address" | "development";
  /** A token; each further call means that the last one is no longer good. @throws ChatApiError */
  token(): Promise<string>;
}

declare global {
  interface Window {
    /** Set by a host page before the app loads: where its user's tokens come from. */
    readonly bizbuchChat?: { readonly token: () => string | Promise<string> };
  }
}

interface KeptSession {
  readonly token: string;
  /** The name it was got with in development. */
  readonly name: string | null;
}

const KEY = "bizbuch-chat/session";

/** The session that the page was opened with, or that this tab had before a reload. */
export function findSession(): Session | null {
  const { bizbuchChat } = window;
  if (bizbuchChat !== undefined) return { kind: "host", token: async () => bizbuchChat.token() };
  const handedIn = takeTokenFromAddress();
  if (handedIn !== null) keep({ token: handedIn, name: null });
  const kept = readKept();
  return kept === null ? null : toSession(kept);
}

/** Signs in by name, where the server allows that. @throws ChatApiError */
export async function signIn(name: string): Promise<Session> {
  const kept = { token: await signInForDevelopment(name), name };
  keep(kept);
  return toSession(kept);
}

/** Forgets this tab's session. */
export function signOut(): void {
  tabStorage.set(KEY, null);
}

/** Whether a new token has been put into the address of the open page. */
export function hasTokenInAddress(): boolean {
  return tokenInAddress() !== null;
}

function toSession(kept: KeptSession): Session {
  const { name } = kept;
  if (name === null) return { kind: "address", token: () => Promise.resolve(kept.token) };
  let next: string | null = kept.token;
  return {
    kind: "development",
    async token() {
      const token = next ?? (await signInForDevelopment(name));
      next = null;
      keep({ token, name });
      return token;
    },
  };
}

function tokenInAddress(): URLSearchParams | null {
  const parameters = new URLSearchParams(location.hash.slice(1));
  return parameters.get("token") ? parameters : null;
}

/** `#token=<jwt>`, with `&conversation=12` where one is to be open. */
function takeTokenFromAddress(): string | null {
  const parameters = tokenInAddress();
  if (parameters === null) return null;
  const conversation = parameters.get("conversation");
  // At once, so that the token is neither in the history nor in a copied address.
  history.replaceState(null, "", conversation === null ? "#/" : `#/c/${conversation}`);
  return parameters.get("token");
}

function keep(session: KeptSession): void {
  tabStorage.set(KEY, JSON.stringify(session));
}

function readKept(): KeptSession | null {
  try {
    const value: unknown = JSON.parse(tabStorage.get(KEY) ?? "null");
    if (typeof value !== "object" || value === null || !("token" in value) || !("name" in value)) return null;
    const { token, name } = value;
    return typeof token === "string" && (name === null || typeof name === "string") ? { token, name } : null;
  } catch {
    return null;
  }
}
