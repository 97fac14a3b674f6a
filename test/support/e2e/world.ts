/** The people of one test, with ids that no other test has, and everything that has to end with it. */
import type { ChatSocket } from "./chat-socket.ts";
import { User, type Address } from "./client.ts";
import { accessClaims, hmacToken, type Claims } from "./tokens.ts";

export interface TestServer extends Address {
  readonly secret: string;
  /** The folder that holds the server's data. */
  readonly persistTo: string;
}

/** Two users of one conversation. */
export interface Pair {
  readonly ada: User;
  readonly bob: User;
  /** The conversation's id. */
  readonly id: number;
}

// Random, since the shared server outlives a test file's module; far enough below 2^53 to count on.
let lastId = 1_000_000 + Math.floor(Math.random() * 2 ** 52);

export class World {
  readonly server: TestServer;
  readonly #sockets = new Set<ChatSocket>();

  constructor(server: TestServer) {
    this.server = server;
  }

  /** A user whom the server has not met. */
  stranger(claims: Claims = {}): User {
    const id = ++lastId;
    return this.as(id, hmacToken(this.server.secret, accessClaims(id, claims)));
  }

  /** A user by id and token. */
  as(id: number, token: string): User {
    return new User(this.server, id, token, (socket) => this.#sockets.add(socket));
  }

  /** A token of this user with other claims than usual. */
  token(userId: number, claims: Claims = {}): string {
    return hmacToken(this.server.secret, accessClaims(userId, claims));
  }

  /** A user whom the server knows. */
  async user(claims: Claims = {}): Promise<User> {
    const user = this.stranger(claims);
    await user.conversations();
    return user;
  }

  /** Two users who have started a conversation. */
  async pair(): Promise<Pair> {
    const [ada, bob] = await Promise.all([this.user(), this.user()]);
    const { id } = await ada.start(bob);
    return { ada, bob, id };
  }

  /** A pair with a chat socket each, both past each other's `user_online`. */
  async chatting(): Promise<Pair & { readonly adaSocket: ChatSocket; readonly bobSocket: ChatSocket }> {
    const pair = await this.pair();
    const adaSocket = await pair.ada.openChat(pair.id);
    const bobSocket = await pair.bob.openChat(pair.id);
    await adaSocket.next("user_online");
    await bobSocket.next("user_online");
    return { ...pair, adaSocket, bobSocket };
  }

  /** A pair with `count` messages of Ada's, `message 1` and so on. */
  async pairWithHistory(count: number): Promise<Pair> {
    const pair = await this.pair();
    const socket = await pair.ada.openChat(pair.id);
    for (let number = 1; number <= count; number++) {
      socket.send({ type: "chat_message", content: `message ${number}` });
    }
    await socket.nextOf("chat_message", count);
    await socket.close();
    return pair;
  }

  /** Ends every socket that is still open. */
  end(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#sockets.clear();
  }
}
