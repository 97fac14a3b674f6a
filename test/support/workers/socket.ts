/** A socket that keeps what it receives in order, each event checked against its schema as it comes. */
import { exports } from "cloudflare:workers";
import * as v from "valibot";
import {
  chatEventSchema,
  coreChatEventSchema,
  inboxEventSchema,
} from "../../../src/protocol/server-events.ts";
import { patientTimeout } from "./clock.ts";
import { ORIGIN } from "./http.ts";
import type { Person } from "./people.ts";

const WAIT_MS = 4_000;

type AnyEvent = { readonly type: string };
type Of<Event extends AnyEvent, Type extends Event["type"]> = Extract<Event, { type: Type }>;

/** How a socket ended. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

interface Received<Event> {
  readonly event: Event;
  readonly keys: readonly string[];
}

const objectSchema = v.record(v.string(), v.unknown());

function isOfType<Event extends AnyEvent, Type extends Event["type"]>(
  event: Event,
  type: Type,
): event is Of<Event, Type> {
  return event.type === type;
}

class TestSocket<Event extends AnyEvent> {
  /** Settles when the socket is closed, from whichever side. */
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;
  readonly #schema: v.GenericSchema<unknown, Event>;
  readonly #beforeSend: () => Promise<void>;
  readonly #unread: Received<Event>[] = [];
  #seen = "";
  #pongs = 0;
  #wake: () => void = () => undefined;
  #end: Closed | null = null;
  #broken: Error | null = null;

  constructor(
    socket: WebSocket,
    schema: v.GenericSchema<unknown, Event>,
    beforeSend: () => Promise<void> = async () => undefined,
  ) {
    this.#socket = socket;
    this.#schema = schema;
    this.#beforeSend = beforeSend;
    // Before `accept`, as the first frame may be waiting already.
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => {
        this.#end = { code, reason };
        this.#wake();
        resolve(this.#end);
      });
    });
    socket.accept();
  }

  /** Sends a frame: an object as JSON, anything else as it is. */
  async send(frame: object | string): Promise<void> {
    await this.#beforeSend();
    this.sendNow(frame);
  }

  /** Sends without what otherwise comes before each step. */
  sendNow(frame: object | string): void {
    const raw = typeof frame === "string" || frame instanceof ArrayBuffer;
    this.#socket.send(raw ? frame : JSON.stringify(frame));
  }

  /** The next event, which has to be of this type: nothing is skipped. */
  async next<Type extends Event["type"]>(type: Type): Promise<Of<Event, Type>> {
    const { event } = await this.#take(type);
    if (!isOfType(event, type)) throw this.#unmet(type, event);
    return event;
  }

  /** The next `count` events, all of one type. */
  async nextOf<Type extends Event["type"]>(type: Type, count: number): Promise<Of<Event, Type>[]> {
    const events: Of<Event, Type>[] = [];
    while (events.length < count) events.push(await this.next(type));
    return events;
  }

  /** The next event of a type; what comes before it is passed over. */
  async until<Type extends Event["type"]>(
    type: Type,
    matches: (event: Of<Event, Type>) => boolean = () => true,
  ): Promise<Of<Event, Type>> {
    for (;;) {
      const { event } = await this.#take(type);
      if (isOfType(event, type) && matches(event)) return event;
    }
  }

  /** The next event with the names of its fields, as they came. */
  async nextWithKeys(): Promise<{ event: Event; keys: readonly string[] }> {
    return this.#take("any event");
  }

  /** Whatever is unread right now. */
  drain(): Event[] {
    return this.#unread.splice(0).map(({ event }) => event);
  }

  /**
   * Nothing unread has come, and nothing comes before the answer to a frame that the server refuses. What was caused on
   * another socket has to be awaited there first; then the answer can't overtake it.
   */
  async expectSilence(): Promise<void> {
    this.sendNow("{}");
    const { event } = await this.#take("silence");
    if (event.type !== "error") throw this.#unmet("silence", event);
  }

  /** Everything up to the answer to a refused frame. */
  async drainToFence(): Promise<Event[]> {
    this.sendNow("{}");
    const events: Event[] = [];
    for (;;) {
      const { event } = await this.#take("the end of the events");
      if ("code" in event && event.code === "VALIDATION_ERROR") return events;
      events.push(event);
    }
  }

  /** Sends a ping and waits for its answer, which does not wake the object. */
  async ping(): Promise<void> {
    const before = this.#pongs;
    this.sendNow("ping");
    await this.#wait("pong", () => this.#pongs > before);
  }

  /** Closes the socket as a client does, and waits for the server's answer. */
  async close(): Promise<Closed> {
    await this.#beforeSend();
    this.#socket.close(1000);
    return this.closed;
  }

  #receive(data: unknown): void {
    if (data === "pong") this.#pongs += 1;
    else {
      try {
        const raw: unknown = JSON.parse(v.parse(v.string(), data));
        this.#unread.push({
          event: v.parse(this.#schema, raw),
          keys: Object.keys(v.parse(objectSchema, raw)).sort(),
        });
      } catch (error) {
        this.#broken = new Error(`not an event of this socket: ${String(data)}`, { cause: error });
      }
      this.#seen = `${this.#seen} ${String(data)}`.slice(-800);
    }
    this.#wake();
  }

  async #take(wanted: string): Promise<Received<Event>> {
    await this.#wait(wanted, () => this.#unread.length > 0);
    const received = this.#unread.shift();
    if (received === undefined) throw this.#unmet(wanted);
    return received;
  }

  async #wait(wanted: string, isThere: () => boolean): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    while (!isThere()) {
      if (this.#broken !== null) throw this.#broken;
      if (this.#end !== null || performance.now() >= deadline) throw this.#unmet(wanted);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = patientTimeout(resolve, deadline - performance.now());
      await promise;
      clearTimeout(timer);
    }
  }

  #unmet(wanted: string, got?: Event): Error {
    const end = this.#end ? `, closed with ${this.#end.code} ${this.#end.reason}` : "";
    const found = got === undefined ? "" : `, got ${JSON.stringify(got)}`;
    return new Error(`wanted ${wanted}${found}${end}; seen:${this.#seen}`);
  }
}

async function connect(path: string): Promise<WebSocket> {
  const response = await exports.default.fetch(
    new Request(`${ORIGIN}/ws/chat/${path}`, { headers: { Upgrade: "websocket" } }),
  );
  if (response.webSocket === null) throw new Error(`no socket: ${response.status}`);
  return response.webSocket;
}

type BeforeSend = () => Promise<void>;

/** A chat socket that knows Core alone: anything else that comes fails the test. */
export async function openCore(person: Person, conversationId: number | string, beforeSend?: BeforeSend) {
  const socket = await connect(`${conversationId}/?token=${person.token}`);
  return new TestSocket(socket, coreChatEventSchema, beforeSend);
}

/** A chat socket that asked for sync. */
export async function openSync(
  person: Person,
  conversationId: number,
  since: number | string,
  beforeSend?: BeforeSend,
) {
  const socket = await connect(`${conversationId}/?token=${person.token}&since=${since}`);
  return new TestSocket(socket, chatEventSchema, beforeSend);
}

/** A notification socket; with a cursor it asks for sync. */
export async function openInbox(person: Person, since?: number | string) {
  const cursor = since === undefined ? "" : `&since=${since}`;
  return new TestSocket(await connect(`notifications/?token=${person.token}${cursor}`), inboxEventSchema);
}

export type CoreSocket = Awaited<ReturnType<typeof openCore>>;
export type SyncSocket = Awaited<ReturnType<typeof openSync>>;
