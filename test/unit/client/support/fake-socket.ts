/** Both ends of a WebSocket, with a delay on the way, that a test can cut. Runs on fake timers. */
import type { WebSocketLike } from "../../../../src/client/index.ts";

/** Milliseconds from one end to the other. */
export const LATENCY_MS = 5;

interface Listeners {
  readonly open: (() => void)[];
  readonly error: (() => void)[];
  readonly message: ((event: { readonly data: unknown }) => void)[];
  readonly close: ((event: { readonly code: number; readonly reason: string }) => void)[];
}

type State = "connecting" | "open" | "closed";

/** The client's end; the server's is in its methods that begin with `server`. */
export class FakeSocket implements WebSocketLike {
  readonly url: URL;
  /** Frames that the client sent and that arrived. */
  readonly received: string[] = [];
  state: State = "connecting";
  /** Whether the link swallows everything, in both directions, without anybody being told. */
  isDead = false;
  /** How many of the next frames to the client vanish: no network does that, but a server with a fault could. */
  losing = 0;
  onFrame: (text: string) => void = () => {};
  onClose: () => void = () => {};
  #isCut = false;
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] };

  constructor(url: string) {
    this.url = new URL(url);
  }

  get since(): number {
    return Number(this.url.searchParams.get("since"));
  }

  get token(): string {
    return this.url.searchParams.get("token") ?? "";
  }

  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  addEventListener<Type extends keyof Listeners>(type: Type, listener: Listeners[Type][number]): void {
    const listeners: Listeners[Type][number][] = this.#listeners[type];
    listeners.push(listener);
  }

  send(data: string): void {
    if (this.state !== "open") throw new Error("The socket is not open.");
    this.#upwards(() => {
      this.received.push(data);
      this.onFrame(data);
    });
  }

  close(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    // What was sent before arrives before.
    this.#upwards(() => this.onClose());
  }

  /** The server accepts. */
  serverAccept(): void {
    this.#later(() => {
      if (this.state !== "connecting") return;
      this.state = "open";
      for (const listener of this.#listeners.open) listener();
    });
  }

  /** The server sends. */
  serverSend(event: object | string): void {
    const data = typeof event === "string" ? event : JSON.stringify(event);
    if (this.losing > 0) {
      this.losing -= 1;
      return;
    }
    this.#later(() => {
      for (const listener of this.#listeners.message) listener({ data });
    });
  }

  /** The server closes: what it sent before arrives before. */
  serverClose(code: number, reason = ""): void {
    this.#later(() => this.cut(code, reason));
  }

  /** The connection breaks: what is on its way is lost. */
  cut(code = 1006, reason = ""): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.#isCut = true;
    this.onClose();
    for (const listener of this.#listeners.error) listener();
    for (const listener of this.#listeners.close) listener({ code, reason });
  }

  #upwards(arrive: () => void): void {
    setTimeout(() => {
      if (!this.#isCut && !this.isDead) arrive();
    }, LATENCY_MS);
  }

  #later(arrive: () => void): void {
    setTimeout(() => {
      if (this.state !== "closed" && !this.isDead) arrive();
    }, LATENCY_MS);
  }
}
