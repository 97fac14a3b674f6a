/** The REST routes, typed. What the server answers is trusted to fit its contract. */
import { ERRORS } from "../protocol/codes.ts";
import type {
  ConversationDetail,
  HistoryPage,
  ReadResponse,
  SendRequest,
  UserSearch,
} from "../protocol/rest.ts";
import type { Conversation, Message, User } from "../protocol/shapes.ts";
import { ChatApiError, toChatApiError } from "./errors.ts";
import { unauthorized, type TokenSource } from "./token-source.ts";
import type { FetchLike, FetchResponse } from "./types.ts";

/** Which messages: those older than an id, or a page counted from the newest. */
export type HistoryRange = { readonly before: number; readonly limit?: number } | { readonly page: number };

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
}

/** Calls the server's REST routes as one user. */
export class RestApi {
  readonly #baseUrl: string;
  readonly #tokens: TokenSource;
  readonly #fetch: FetchLike;

  constructor(baseUrl: string, tokens: TokenSource, fetch: FetchLike) {
    this.#baseUrl = baseUrl;
    this.#tokens = tokens;
    this.#fetch = fetch;
  }

  conversations(): Promise<Conversation[]> {
    return this.#call({ method: "GET", path: "conversations/" });
  }

  conversation(id: number): Promise<ConversationDetail> {
    return this.#call({ method: "GET", path: `conversations/${id}/` });
  }

  async searchUsers(search: string): Promise<User[]> {
    const path = `users/?search=${encodeURIComponent(search)}`;
    return (await this.#call<UserSearch>({ method: "GET", path })).results;
  }

  start(userId: number): Promise<ConversationDetail> {
    return this.#call({ method: "POST", path: "conversations/start/", body: { user_id: userId } });
  }

  messages(id: number, range: HistoryRange): Promise<HistoryPage> {
    const query = Object.entries(range).map(([name, value]) => `${name}=${value}`);
    return this.#call({ method: "GET", path: `conversations/${id}/messages/?${query.join("&")}` });
  }

  send(request: SendRequest): Promise<Message> {
    return this.#call({ method: "POST", path: "send/", body: request });
  }

  markRead(id: number, messageIds?: readonly number[]): Promise<ReadResponse> {
    const body = messageIds === undefined ? {} : { message_ids: messageIds };
    return this.#call({ method: "POST", path: `conversations/${id}/read/`, body });
  }

  async #call<T>(call: Call): Promise<T> {
    const token = await this.#token();
    const first = await this.#request(call, token);
    const response = first.status === 401 ? await this.#request(call, await this.#tokenAfter(token)) : first;
    if (!response.ok) throw await this.#refusal(response, call);
    try {
      // The one place where an answer gets its type: the server and this file share the schemas.
      return (await response.json()) as T;
    } catch (cause) {
      throw notAnAnswer(response, call, cause);
    }
  }

  async #token(): Promise<string> {
    try {
      return await this.#tokens.get();
    } catch (error) {
      throw toChatApiError(error);
    }
  }

  async #tokenAfter(refused: string): Promise<string> {
    try {
      return await this.#tokens.replaceRefused(refused);
    } catch (error) {
      throw toChatApiError(error);
    }
  }

  async #request(call: Call, token: string): Promise<FetchResponse> {
    const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
    const init = { method: call.method, headers };
    try {
      if (call.body === undefined) return await this.#fetch(this.#url(call), init);
      headers["Content-Type"] = "application/json";
      return await this.#fetch(this.#url(call), { ...init, body: JSON.stringify(call.body) });
    } catch (cause) {
      throw new ChatApiError({
        code: "NETWORK",
        message: "The server can't be reached.",
        mayHaveBeenStored: call.method === "POST",
        cause,
      });
    }
  }

  #url(call: Call): string {
    return `${this.#baseUrl}/api/chat/${call.path}`;
  }

  async #refusal(response: FetchResponse, call: Call): Promise<ChatApiError> {
    if (response.status === 401) return unauthorized();
    let body: unknown;
    try {
      body = await response.json();
    } catch (cause) {
      return notAnAnswer(response, call, cause);
    }
    const { code, message } = readErrorBody(body);
    const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
    return new ChatApiError({
      code,
      message,
      status: response.status,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
      mayHaveBeenStored: call.method === "POST" && response.status >= 500,
    });
  }
}

/** The code and message of an error body. */
function readErrorBody(body: unknown): { code: string; message: string } {
  if (typeof body !== "object" || body === null)
    return { code: "INTERNAL", message: ERRORS.INTERNAL.message };
  const code = "code" in body && typeof body.code === "string" ? body.code : "INTERNAL";
  const message =
    "message" in body && typeof body.message === "string" ? body.message : ERRORS.INTERNAL.message;
  return { code, message };
}

/** Something between us and the server answered in its place: a proxy, a captive portal. */
function notAnAnswer(response: FetchResponse, call: Call, cause: unknown): ChatApiError {
  return new ChatApiError({
    code: "NETWORK",
    message: `The server's answer can't be read (status ${response.status}).`,
    status: response.status,
    mayHaveBeenStored: call.method === "POST",
    cause,
  });
}
