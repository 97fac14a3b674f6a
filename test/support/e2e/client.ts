/** A user of the server under test: REST calls and sockets in that user's name. */
import { ChatSocket } from "./chat-socket.ts";
import { list, type Decoder } from "./decode.ts";
import { request, type Answer, type RequestOptions } from "./http.ts";
import {
  conversation,
  conversationDetail,
  message,
  page,
  readReceipt,
  refusal,
  type Conversation,
  type ConversationDetail,
  type ErrorCode,
  type Message,
  type Page,
  type ReadReceipt,
} from "./shapes.ts";

/** Where a server is reached. */
export interface Address {
  readonly url: string;
  readonly wsUrl: string;
}

/** The answer's body as `decode` reads it, if it has this status. */
export function expectBody<T>(answer: Answer, status: number, decode: Decoder<T>): T {
  if (answer.status !== status) {
    throw new Error(`wanted ${status}, got ${answer.status} ${answer.text.slice(0, 500)}`);
  }
  return decode(answer.body, "body");
}

/** The answer is a refusal with this status and code; returns its message. */
export function expectRefusal(answer: Answer, status: number, code: ErrorCode): string {
  const found = expectBody(answer, status, refusal);
  if (found.code !== code) throw new Error(`wanted ${code}, got ${answer.text}`);
  return found.message;
}

export class User {
  readonly id: number;
  readonly token: string;
  readonly #server: Address;
  readonly #keep: (socket: ChatSocket) => void;

  constructor(server: Address, id: number, token: string, keep: (socket: ChatSocket) => void) {
    this.id = id;
    this.token = token;
    this.#server = server;
    this.#keep = keep;
  }

  /** The same user with another token. */
  withToken(token: string): User {
    return new User(this.#server, this.id, token, this.#keep);
  }

  request(path: string, options: RequestOptions = {}): Promise<Answer> {
    const headers = { Authorization: `Bearer ${this.token}`, ...options.headers };
    return request(this.#server.url, path, { ...options, headers });
  }

  get(route: string): Promise<Answer> {
    return this.request(`/api/chat/${route}`);
  }

  /** Posts `body` as JSON; a string or bytes go out as it is. */
  post(route: string, body: unknown): Promise<Answer> {
    const raw = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
    return this.request(`/api/chat/${route}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: raw,
    });
  }

  async conversations(): Promise<Conversation[]> {
    return expectBody(await this.get("conversations/"), 200, list(conversation));
  }

  async conversation(id: number): Promise<ConversationDetail> {
    return expectBody(await this.get(`conversations/${id}/`), 200, conversationDetail);
  }

  /** The conversation as the caller's list shows it. */
  async listed(id: number): Promise<Conversation> {
    const all = await this.conversations();
    const found = all.find((one) => one.id === id);
    if (!found) throw new Error(`conversation ${id} is not among ${all.map((one) => one.id).join(", ")}`);
    return found;
  }

  /** Starts a conversation that must not exist yet. */
  async start(other: User): Promise<ConversationDetail> {
    const answer = await this.post("conversations/start/", { user_id: other.id });
    return expectBody(answer, 201, conversationDetail);
  }

  /** A page of history; `query` as in a URL, such as `page=2`. */
  async messages(id: number, query = ""): Promise<Page> {
    return expectBody(await this.get(`conversations/${id}/messages/${query && `?${query}`}`), 200, page);
  }

  /** A page of history at a URL that the server gave. */
  async follow(url: string): Promise<Page> {
    const { pathname, search } = new URL(url);
    return expectBody(await this.request(pathname + search), 200, page);
  }

  async say(other: User, content: string): Promise<Message> {
    return expectBody(await this.post("send/", { recipient_id: other.id, content }), 201, message);
  }

  /** Marks messages as read; without ids, all. */
  async read(id: number, messageIds?: readonly number[]): Promise<ReadReceipt> {
    const body = messageIds ? { message_ids: messageIds } : {};
    return expectBody(await this.post(`conversations/${id}/read/`, body), 200, readReceipt);
  }

  /** Opens a socket by its full path and query, with no token of its own. */
  async openPath(path: string, headers: Readonly<Record<string, string>> = {}): Promise<ChatSocket> {
    const socket = await ChatSocket.open(this.#server.wsUrl + path, headers);
    this.#keep(socket);
    return socket;
  }

  /** A chat socket; `conversationId` may be anything that fits a path segment. */
  openChat(conversationId: number | string): Promise<ChatSocket> {
    return this.openPath(`/ws/chat/${conversationId}/?token=${this.token}`);
  }

  openNotifications(): Promise<ChatSocket> {
    return this.openPath(`/ws/chat/notifications/?token=${this.token}`);
  }
}
