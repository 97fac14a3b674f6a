/** The REST routes, as protocol.md lists them: what each takes, gives and refuses. */
import type { ErrorCode } from "../../src/protocol/codes.ts";

export interface Operation {
  readonly method: "get" | "post";
  readonly path: string;
  readonly operationId: string;
  readonly tag: "Conversations" | "Messages" | "Users";
  readonly summary: string;
  readonly description: string;
  /** Query parameters and headers that it takes, by their names in `parameters.ts`. */
  readonly parameters?: readonly ("Page" | "PageSize" | "Before" | "Limit" | "IdempotencyKey" | "Search")[];
  readonly body?: { readonly component: string; readonly required: boolean };
  /** Successes: status, component and when. */
  readonly successes: readonly (readonly [status: number, component: string, when: string])[];
  /** What it refuses beside what every route does. */
  readonly errors: readonly ErrorCode[];
}

/** What every route may answer. */
export const commonErrors: readonly ErrorCode[] = ["UNAUTHORIZED", "RATE_LIMITED", "INTERNAL", "UNAVAILABLE"];

const bodyErrors: readonly ErrorCode[] = ["INVALID_JSON", "VALIDATION_ERROR", "PAYLOAD_TOO_LARGE"];

export const operations: readonly Operation[] = [
  {
    method: "get",
    path: "/conversations/",
    operationId: "listConversations",
    tag: "Conversations",
    summary: "List conversations",
    description: "All conversations of the caller as a plain array, last active first.",
    successes: [[200, "ConversationList", "The conversations."]],
    errors: [],
  },
  {
    method: "post",
    path: "/conversations/start/",
    operationId: "startConversation",
    tag: "Conversations",
    summary: "Start a conversation",
    description:
      "The conversation of the caller and another user, begun where there is none. Two calls at once give one conversation, and one of them the 201.",
    body: { component: "StartRequest", required: true },
    successes: [
      [200, "ConversationDetail", "There was one already."],
      [201, "ConversationDetail", "Started by this call."],
    ],
    errors: [...bodyErrors, "NOT_FOUND"],
  },
  {
    method: "get",
    path: "/conversations/{id}/",
    operationId: "getConversation",
    tag: "Conversations",
    summary: "Show a conversation",
    description: "A conversation with the newest page of its messages.",
    successes: [[200, "ConversationDetail", "The conversation."]],
    errors: ["NOT_FOUND"],
  },
  {
    method: "get",
    path: "/conversations/{id}/messages/",
    operationId: "listMessages",
    tag: "Messages",
    summary: "Page through messages",
    description:
      "Messages, newest first, so that pages laid end to end stay in order. Page 1 is the newest. As pages drift while messages arrive, `before` with `limit` asks for what is next older than an id instead; it wins over `page`.",
    parameters: ["Page", "PageSize", "Before", "Limit"],
    successes: [[200, "HistoryPage", "The page; empty past the end."]],
    errors: ["VALIDATION_ERROR", "NOT_FOUND"],
  },
  {
    method: "post",
    path: "/conversations/{id}/read/",
    operationId: "markRead",
    tag: "Messages",
    summary: "Mark messages as read",
    description:
      "Marks what others sent as read: the given ids, or everything. Connected participants get `messages_read` with those that turned.",
    body: { component: "ReadRequest", required: false },
    successes: [[200, "ReadResponse", "What this call turned to read."]],
    errors: [...bodyErrors, "NOT_FOUND"],
  },
  {
    method: "post",
    path: "/send/",
    operationId: "sendMessage",
    tag: "Messages",
    summary: "Send a message",
    description:
      "Sends a message to a user and starts the conversation where there is none. Whoever is connected gets it at once. With an idempotency key, in the body or as a header, a repeat gives the message that was stored the first time.",
    parameters: ["IdempotencyKey"],
    body: { component: "SendRequest", required: true },
    successes: [[201, "Message", "The message, stored."]],
    errors: [...bodyErrors, "NOT_FOUND", "IDEMPOTENCY_CONFLICT"],
  },
  {
    method: "get",
    path: "/users/",
    operationId: "searchUsers",
    tag: "Users",
    summary: "Search users",
    description:
      "Users whose username or display name begins with a text, in any case; at most 20, without the caller. Beyond Core.",
    parameters: ["Search"],
    successes: [[200, "UserSearch", "The users found."]],
    errors: ["VALIDATION_ERROR"],
  },
];
