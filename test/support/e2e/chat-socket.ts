/** A WebSocket client that keeps what it receives in order, and fails a test with what it did see. */
import { Buffer } from "node:buffer";
import { WebSocket, type RawData } from "ws";
import { isRecord, WireError } from "./decode.ts";
import { decoders, type Events, type EventType } from "./events.ts";
import { parseJson } from "./http.ts";

const WAIT_MS = 15_000;

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

interface Waiter {
  readonly give: (frame: unknown) => void;
  readonly fail: (why: Error) => void;
}

export class ChatSocket {
  /** Settles when the socket is closed, from whichever side. */
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;
  readonly #unread: unknown[] = [];
  readonly #seen: string[] = [];
  #waiter: Waiter | undefined;
  #end: Closed | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => {
        this.#end = { code, reason: reason.toString() };
        this.#waiter?.fail(this.#unmet("an event, but the socket closed"));
        resolve(this.#end);
      });
    });
  }

  /** Resolves once the server has accepted the socket, be it only to refuse it then. */
  static open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<ChatSocket> {
    const socket = new WebSocket(url, { headers, handshakeTimeout: WAIT_MS, perMessageDeflate: false });
    // Made before the socket opens, since the first frame may come with the handshake.
    const client = new ChatSocket(socket);
    return new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => resolve(client));
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a frame: an object as JSON, a string as it is, bytes as a binary frame. */
  send(frame: object | string): void {
    this.#socket.send(
      typeof frame === "string" || frame instanceof Uint8Array ? frame : JSON.stringify(frame),
    );
  }

  /** The next event, which has to be of this type: nothing is skipped. */
  async next<T extends EventType>(type: T): Promise<Events[T]> {
    const frame = await this.#take(type);
    if (!isRecord(frame) || frame["type"] !== type) throw this.#unmet(type);
    return decoders[type](frame, type);
  }

  /** The next `count` events, all of this type. */
  async nextOf<T extends EventType>(type: T, count: number): Promise<Events[T][]> {
    const events: Events[T][] = [];
    while (events.length < count) events.push(await this.next(type));
    return events;
  }

  /** The type of the next event, which stays unread; undefined once the socket has closed and all is read. */
  async peek(): Promise<string | undefined> {
    try {
      const frame = await this.#take("any event");
      this.#unread.unshift(frame);
      return isRecord(frame) ? String(frame["type"]) : "not an event";
    } catch (why) {
      if (this.#end) return undefined;
      throw why;
    }
  }

  /**
   * Nothing unread has come, and nothing comes before the answer to a frame that the server must refuse. Where the thing
   * feared was caused on another socket, first wait for what it causes elsewhere: the answer then can't overtake it.
   */
  async expectSilence(): Promise<void> {
    this.send({ type: "no_such_type" });
    await this.next("error");
  }

  /** Asks for a sign of life, which the runtime gives in the object's place. */
  async ping(): Promise<void> {
    this.send("ping");
    await this.#take("pong");
    if (this.#seen.at(-1) !== "pong") throw this.#unmet("pong");
  }

  /** Closes the socket as a client does, and waits for the server's answer. */
  close(code = 1000): Promise<Closed> {
    this.#socket.close(code);
    return this.closed;
  }

  /** Ends the connection without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    const text = data instanceof Uint8Array ? Buffer.from(data).toString() : "not one buffer";
    this.#seen.push(isBinary ? `binary ${text}` : text);
    const frame = isBinary ? undefined : parseJson(text);
    if (this.#waiter) this.#waiter.give(frame);
    else this.#unread.push(frame);
  }

  #take(wanted: string): Promise<unknown> {
    if (this.#unread.length > 0) return Promise.resolve(this.#unread.shift());
    if (this.#end) return Promise.reject(this.#unmet(wanted));
    if (this.#waiter) throw new Error("two readers on one socket");
    return new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(
        () => this.#waiter?.fail(this.#unmet(`${wanted} within ${WAIT_MS} ms`)),
        WAIT_MS,
      );
      const settle = () => {
        clearTimeout(timer);
        this.#waiter = undefined;
      };
      this.#waiter = {
        give: (frame) => {
          settle();
          resolve(frame);
        },
        fail: (why) => {
          settle();
          reject(why);
        },
      };
    });
  }

  #unmet(wanted: string): Error {
    const end = this.#end ? `, then closed with ${this.#end.code} ${this.#end.reason}` : "";
    return new WireError("socket", wanted, `the last events seen: ${this.#seen.slice(-6).join(" ")}${end}`);
  }
}
