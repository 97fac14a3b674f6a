/** What sockets are made of. */
import type { ReconnectingSocket } from "./socket.ts";
import type { TokenSource } from "./token-source.ts";
import type { WebSocketLike } from "./types.ts";

/** What every socket of a client shares. */
export type SocketContext = Pick<SocketOptions, "tokens" | "WebSocket" | "random" | "sockets">;

/** What a socket is made of. */
export interface SocketOptions {
  readonly tokens: TokenSource;
  readonly WebSocket: new (url: string) => WebSocketLike;
  readonly random: () => number;
  /** All sockets of the client: this one adds itself. */
  readonly sockets: Set<ReconnectingSocket>;
  /**
   * Does what has to be done before connecting, and gives the address without its token. `isCurrent` turns false where the
   * attempt has been given up.
   *
   * @throws ChatApiError
   */
  prepare(isCurrent: () => boolean): Promise<string>;
  /** Takes a frame. */
  receive(text: string): void;
  /** The state, or the error that goes with it, has changed. */
  changed(): void;
}
