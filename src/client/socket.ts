/**
 * A WebSocket that comes back: backoff, dead link detection, a fresh token after a refusal, and an end where the server says
 * that trying again is no use. What travels on it is its owner's business.
 */
import { CLOSE, ERRORS } from "../protocol/codes.ts";
import { PING, PONG } from "../protocol/limits.ts";
import { backoffDelayMs } from "./backoff.ts";
import { ChatApiError, networkError, toChatApiError } from "./errors.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Timer } from "./timer.ts";
import { unauthorized } from "./token-source.ts";
import type { SocketOptions } from "./socket-options.ts";
import type { ConnectionState, WebSocketLike } from "./types.ts";

/** From the start of an attempt until its owner finds it live, in milliseconds. */
const LIVE_WITHIN_MS = 20_000;
/** A link that held for this long ends a row of failures: a server that drops us soon after must not be hammered. */
const STABLE_AFTER_MS = 5_000;

/** One reconnecting socket. */
export class ReconnectingSocket {
  readonly #options: SocketOptions;
  #state: ConnectionState = "offline";
  #error: ChatApiError | null = null;
  #wanted = false;
  #ended = false;
  #socket: WebSocketLike | null = null;
  #token: string | null = null;
  /** Failed attempts in a row. */
  #failures = 0;
  /** Whether the last attempts ended with the token being refused. */
  #refusedBefore = false;
  /** Counts attempts, so that what belongs to a former one is told apart. */
  #attempt = 0;
  #isOpen = false;
  readonly #retry = new Timer();
  readonly #deadline = new Timer();
  readonly #heartbeat = new Heartbeat(
    () => this.send(PING),
    () => this.#failed(networkError("The connection went silent.")),
  );
  readonly #stable = new Timer();

  constructor(options: SocketOptions) {
    this.#options = options;
    options.sockets.add(this);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The latest problem since the socket was last live. */
  get error(): ChatApiError | null {
    return this.#error;
  }

  /** Connects and stays connected. */
  start(): void {
    if (this.#wanted || this.#ended) return;
    this.#wanted = true;
    this.#failures = 0;
    this.#refusedBefore = false;
    void this.#connect();
  }

  /** Disconnects, and never connects again. */
  end(): void {
    this.#ended = true;
    this.stop();
  }

  /** Disconnects. */
  stop(): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#drop();
    this.#set("offline", null);
  }

  /** Drops the connection and makes a new one, even after a terminal refusal. */
  restart(): void {
    if (!this.#wanted) return;
    this.#drop();
    this.#failures = 0;
    this.#refusedBefore = false;
    void this.#connect();
  }

  /** The network may have come back: skips a wait, and has an open connection show that it is alive. */
  wake(): void {
    if (this.#retry.isSet) void this.#connect();
    else this.probe();
  }

  /** Has an open connection show that it is alive, or replaces it. */
  probe(): void {
    if (this.#state === "live") this.#heartbeat.probe();
  }

  /** The owner has found something missing or unanswered: a new connection will tell. */
  fail(error: ChatApiError): void {
    if (this.#wanted) this.#failed(error);
  }

  /** Drops the connection and makes a new one where the token had been refused. */
  retryRefused(): void {
    if (this.#state === "unauthorized") this.restart();
  }

  /**
   * The server has said that it ends the connection, and why; true where that is what the code means. Its close is not waited
   * for: it may be long in coming.
   */
  refuse(code: string): boolean {
    if (code === "UNAUTHORIZED") this.#closed(CLOSE.UNAUTHORIZED, code);
    else if (code === "FORBIDDEN") this.#closed(CLOSE.FORBIDDEN, code);
    else return false;
    return true;
  }

  /** The owner has everything that it missed. */
  markLive(): void {
    this.#deadline.clear();
    this.#refusedBefore = false;
    this.#stable.set(STABLE_AFTER_MS, () => {
      this.#failures = 0;
    });
    this.#heartbeat.alive();
    this.#set("live", null);
  }

  /** Sends a frame; false where there is no connection to send it on. */
  send(text: string): boolean {
    if (this.#socket === null || !this.#isOpen) return false;
    try {
      this.#socket.send(text);
      return true;
    } catch {
      // Closing: its close event deals with it.
      return false;
    }
  }

  async #connect(): Promise<void> {
    this.#retry.clear();
    const attempt = ++this.#attempt;
    if (this.#failures === 0) this.#set("connecting", this.#error);
    this.#deadline.set(LIVE_WITHIN_MS, () => this.#failed(networkError("The server took too long.")));
    try {
      const address = await this.#options.prepare(() => attempt === this.#attempt);
      if (attempt !== this.#attempt) return;
      const token = await this.#options.tokens.get();
      if (attempt !== this.#attempt) return;
      this.#token = token;
      const url = `${address}${address.includes("?") ? "&" : "?"}token=${encodeURIComponent(token)}`;
      this.#listen(new this.#options.WebSocket(url), attempt);
    } catch (error) {
      if (attempt === this.#attempt) this.#failed(toChatApiError(error));
    }
  }

  #listen(socket: WebSocketLike, attempt: number): void {
    this.#socket = socket;
    const isCurrent = () => attempt === this.#attempt;
    socket.addEventListener("open", () => {
      if (isCurrent()) this.#isOpen = true;
    });
    socket.addEventListener("message", ({ data }) => {
      if (!isCurrent() || typeof data !== "string") return;
      if (this.#state === "live") this.#heartbeat.alive();
      if (data !== PONG) this.#options.receive(data);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (isCurrent()) this.#closed(code, reason);
    });
    // A close follows, and says all that there is to say; but without a listener Node's `ws` would throw.
    socket.addEventListener("error", () => {});
  }

  #closed(code: number, reason: string): void {
    switch (code) {
      case CLOSE.UNAUTHORIZED:
        void this.#refused();
        break;
      case CLOSE.FORBIDDEN:
        this.#failed(new ChatApiError({ code: "FORBIDDEN", ...ERRORS.FORBIDDEN }));
        break;
      default:
        this.#failed(networkError(`The connection was lost (${code}${reason && `, ${reason}`}).`));
    }
  }

  /** The token was refused: once, another is asked for. */
  async #refused(): Promise<void> {
    const refused = this.#token;
    this.#drop();
    if (this.#refusedBefore || refused === null) {
      this.#failed(unauthorized());
      return;
    }
    this.#refusedBefore = true;
    this.#set("connecting", this.#error);
    const attempt = this.#attempt;
    try {
      await this.#options.tokens.replaceRefused(refused);
      if (attempt === this.#attempt) void this.#connect();
    } catch (error) {
      if (attempt === this.#attempt) this.#failed(toChatApiError(error));
    }
  }

  /** Ends the attempt or the connection; tries again unless that is no use. */
  #failed(error: ChatApiError): void {
    const wasLive = this.#state === "live";
    this.#drop();
    if (error.code === "UNAUTHORIZED") {
      this.#set("unauthorized", error);
    } else if (error.code === "FORBIDDEN" || error.code === "NOT_FOUND") {
      this.#set("forbidden", error);
    } else {
      this.#failures += 1;
      const delayMs = Math.max(backoffDelayMs(this.#failures, this.#options.random), error.retryAfterMs ?? 0);
      this.#retry.set(delayMs, () => void this.#connect());
      this.#set(wasLive ? "connecting" : "offline", error);
    }
  }

  /** Lets go of the connection or attempt. */
  #drop(): void {
    this.#attempt += 1;
    for (const timer of [this.#retry, this.#deadline, this.#stable]) timer.clear();
    this.#heartbeat.stop();
    this.#isOpen = false;
    const socket = this.#socket;
    this.#socket = null;
    try {
      socket?.close(1000);
    } catch {
      // Some implementations throw on a socket that never opened.
    }
  }

  #set(state: ConnectionState, error: ChatApiError | null): void {
    if (state === this.#state && error === this.#error) return;
    this.#state = state;
    this.#error = error;
    this.#options.changed();
  }
}
