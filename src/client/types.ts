/**
 * What users of the SDK see. Shapes that come from the server (`User`, `Conversation`, …) keep the names they have on the
 * wire; what the SDK makes of them is in camel case.
 */
import type { Conversation, User } from "../protocol/shapes.ts";
import type { ChatApiError } from "./errors.ts";

/**
 * How a store stands with the server.
 *
 * - `offline`: not opened, or the server is out of reach; once opened it keeps trying.
 * - `connecting`: the first attempt, or a fresh one after a drop.
 * - `live`: nothing is missing, and events arrive as they happen.
 * - `unauthorized`: the token was refused, and so was a new one. Ends with `setToken` or `reconnect` of the client.
 * - `forbidden`: the conversation is not the user's, or there is none.
 */
export type ConnectionState = "offline" | "connecting" | "live" | "unauthorized" | "forbidden";

/**
 * How far a message has come. One's own: `sending` (kept and resent until the server answers), `failed` (refused; see its
 * `error`), `sent` (stored), `delivered` (on a device of the other), `read`. Received ones are `delivered` or `read`.
 */
export type MessageStatus = "sending" | "sent" | "delivered" | "read" | "failed";

/** A message as a conversation shows it. A change makes a new object, so that `===` tells whether there was one. */
export interface ChatMessage {
  /** Stays the same for as long as the message is shown, from before it is sent: fit for a list's keys. */
  readonly key: string;
  /** Its number in the conversation: 1, 2, 3, …; null until it is stored. */
  readonly id: number | null;
  /** Null for one's own message that waits while the token's user is not known. */
  readonly senderId: number | null;
  readonly content: string;
  /** ISO 8601 in UTC; of an unsent message when it was written. */
  readonly timestamp: string;
  /** Whether the user sent it, from whatever device. */
  readonly mine: boolean;
  readonly status: MessageStatus;
  /** When it was read, where that is known. */
  readonly readAt: string | null;
  /** Why it failed; null where it did not. */
  readonly error: ChatApiError | null;
}

/** A conversation at one moment. Never changes: a change makes a new one. */
export interface ConversationSnapshot {
  readonly id: number;
  readonly connection: ConnectionState;
  /** The latest problem, until the connection is live again; with `unauthorized` and `forbidden`, the reason. */
  readonly error: ChatApiError | null;
  /** Whether the newest messages have been loaded: before that an empty list means nothing. */
  readonly loaded: boolean;
  /** The user's own id; null until it is known. */
  readonly me: number | null;
  readonly participants: readonly User[];
  /** The participant that the user talks to; null until loaded. */
  readonly other: User | null;
  /** Oldest first, without gaps; what is not sent yet comes last. */
  readonly messages: readonly ChatMessage[];
  /** Whether `loadOlder` has more to load. */
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  readonly unreadCount: number;
  /** Ids of the others who have this conversation open. */
  readonly online: readonly number[];
  /** Ids of the others who are typing. */
  readonly typing: readonly number[];
}

/** The list of conversations at one moment. Never changes: a change makes a new one. */
export interface InboxSnapshot {
  readonly connection: ConnectionState;
  /** The latest problem, until the connection is live again. */
  readonly error: ChatApiError | null;
  /** Whether the list has been loaded: before that an empty list means nothing. */
  readonly loaded: boolean;
  /** Last active first. */
  readonly conversations: readonly Conversation[];
  /** Ids of the users in these conversations who are online, on whatever device. */
  readonly online: ReadonlySet<number>;
  /** Unread messages of all conversations. */
  readonly unreadTotal: number;
}

/** An observable value, as `useSyncExternalStore` wants it. */
export interface Observable<T> {
  /** Calls `listener` after each change; the result ends that. */
  subscribe(this: void, listener: () => void): () => void;
  /** The present value: the same object for as long as nothing changes. */
  getSnapshot(this: void): T;
}

/** Where unsent messages outlive the page: `localStorage` and React Native's `AsyncStorage` fit as they are. */
export interface ChatStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** As much of a WebSocket as the SDK uses. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
}

/** As much of `fetch` as the SDK uses. */
export type FetchLike = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
) => Promise<FetchResponse>;

/** As much of a response as the SDK uses. */
export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** A token, or how to get one: asked for anew when the last one has expired or was refused. */
export type Token = string | (() => string | Promise<string>);

/** What a {@link ChatClient} is made of. */
export interface ChatClientOptions {
  /** The server's address, such as `https://chat.example.com`; a path is kept. */
  readonly url: string;
  /** The user's access token, or a function that fetches one. A function that has none to give throws. */
  readonly token: Token;
  /** Keeps unsent messages over a reload; without it they last as long as the client. */
  readonly storage?: ChatStorage;
  /** In place of the global `WebSocket`. */
  readonly WebSocket?: new (url: string) => WebSocketLike;
  /** In place of the global `fetch`. */
  readonly fetch?: FetchLike;
  /** In place of `Date.now`, for tests. */
  readonly now?: () => number;
  /** In place of `Math.random`, for tests. */
  readonly random?: () => number;
}
