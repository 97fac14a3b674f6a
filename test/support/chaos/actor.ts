/**
 * Somebody who chats through every fault: resends until the echo comes, resumes from the last version, and holds what it is
 * told against what it was told before. It speaks the wire itself, so that no client code can hide a fault.
 */
import { Buffer } from "node:buffer";
import * as v from "valibot";
import { WebSocket } from "ws";
import { chatEventSchema, type ChatEvent, type SyncedMessage } from "../../../src/protocol/server-events.ts";
import type { User } from "../e2e/client.ts";
import { parseJson } from "../e2e/http.ts";
import type { Random } from "./random.ts";

const RECONNECT_MS = 150;

/** What an actor has done and seen. */
export interface Tally {
  sent: number;
  resent: number;
  connects: number;
  resyncs: number;
}

export class Actor {
  readonly tally: Tally = { sent: 0, resent: 0, connects: 0, resyncs: 0 };
  /** By id: every message that this side was told of. */
  readonly messages = new Map<number, { readonly content: string; readonly senderId: number }>();
  /** Ids of messages that this side was told were read. */
  readonly read = new Set<number>();
  /** By key: sent, and no echo yet. */
  readonly pending = new Map<string, string>();
  readonly violations: string[] = [];
  readonly #user: () => User;
  readonly #url: () => string;
  readonly #conversationId: number;
  #socket: WebSocket | null = null;
  #version = 0;
  #lastId = 0;
  #isLive = false;
  #isStopped = false;

  /** @param user the user on the server that runs now, as each restart has another address */
  constructor(user: () => User, url: () => string, conversationId: number) {
    this.#user = user;
    this.#url = url;
    this.#conversationId = conversationId;
    this.#connect();
  }

  get id(): number {
    return this.#user().id;
  }

  /** Whether it is connected, caught up, and nothing waits for an echo. */
  get isSettled(): boolean {
    return this.#isLive && this.pending.size === 0;
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** Does something a user does. */
  act(random: Random): void {
    if (random.chance(0.6)) this.#send(random);
    else if (random.chance(0.5)) this.#mark(random);
    else this.#write({ type: random.chance(0.7) ? "typing" : "stop_typing" });
  }

  /** Drops the connection without a word. */
  cut(): void {
    this.#socket?.terminate();
  }

  stop(): void {
    this.#isStopped = true;
    this.#socket?.terminate();
  }

  #send(random: Random): void {
    // Bounded, as a person would stop typing into a dead connection.
    if (this.pending.size >= 200) return;
    const key = crypto.randomUUID();
    const content = `${this.id} says ${this.tally.sent + 1}`;
    this.tally.sent += 1;
    this.pending.set(key, content);
    this.#write({ type: "chat_message", content, client_id: key });
    if (random.chance(0.2)) this.#repeat(key, content);
  }

  #repeat(key: string, content: string): void {
    this.tally.resent += 1;
    this.#write({ type: "chat_message", content, client_id: key });
  }

  #mark(random: Random): void {
    const ids = Array.from({ length: 5 }, () => random.between(1, this.#lastId + 3));
    this.#write(random.chance(0.5) ? { type: "mark_read" } : { type: "mark_read", message_ids: ids });
  }

  #write(frame: object): void {
    if (this.#isLive && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #connect(): void {
    if (this.#isStopped) return;
    const { token } = this.#user();
    const query = `token=${token}&since=${this.#version}`;
    const socket = new WebSocket(`${this.#url()}/ws/chat/${this.#conversationId}/?${query}`);
    this.#socket = socket;
    this.tally.connects += 1;
    socket.on("message", (data) => {
      // What a dropped socket still had in its buffers comes after the new one's start.
      if (socket === this.#socket)
        this.#receive(
          v.parse(chatEventSchema, parseJson(data instanceof Uint8Array ? Buffer.from(data).toString() : "")),
        );
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (socket !== this.#socket) return;
      this.#isLive = false;
      setTimeout(() => this.#connect(), RECONNECT_MS);
    });
  }

  #receive(event: ChatEvent): void {
    switch (event.type) {
      case "changes":
        for (const message of event.messages) this.#take(message);
        for (const { read_by: readBy, first_id: first, last_id: last } of event.reads) {
          for (let id = first; id <= last; id++)
            if (this.messages.get(id)?.senderId !== readBy) this.read.add(id);
        }
        this.#version = event.version;
        break;
      case "synced":
        this.#advance(event.version, false);
        if (event.last_message_id !== this.#lastId)
          this.#blame(`synced at ${event.last_message_id}, holding ${this.#lastId}`);
        this.#isLive = true;
        for (const [key, content] of this.pending) this.#repeat(key, content);
        break;
      case "resync":
        this.tally.resyncs += 1;
        this.#blame(`a resync from version ${this.#version}`);
        this.#version = event.version;
        break;
      case "chat_message":
        if (event.message_id > this.#lastId) this.#advance(event.version ?? 0, true);
        this.#take(event);
        break;
      case "messages_read":
        this.#advance(event.version ?? 0, true);
        for (const id of event.message_ids) this.read.add(id);
        break;
      case "error":
        this.#blame(`error ${event.code}`);
        break;
      default:
    }
  }

  #take({ message_id: id, content, sender_id: senderId, client_id: key }: SyncedMessage): void {
    const known = this.messages.get(id);
    if (known === undefined) {
      if (id !== this.#lastId + 1) this.#blame(`message ${id} after ${this.#lastId}`);
      this.messages.set(id, { content, senderId });
      this.#lastId = Math.max(this.#lastId, id);
    } else if (known.content !== content) {
      this.#blame(`message ${id} has changed`);
    }
    if (key === undefined) return;
    const sent = this.pending.get(key);
    if (sent !== undefined && sent !== content) this.#blame(`message ${id} came back as another`);
    this.pending.delete(key);
  }

  /** Versions never go back, and live ones never leap. */
  #advance(version: number, isLive: boolean): void {
    if (version < this.#version) this.#blame(`version ${version} after ${this.#version}`);
    if (isLive && version > this.#version + 1) this.#blame(`version ${version} right after ${this.#version}`);
    this.#version = Math.max(this.#version, version);
  }

  #blame(what: string): void {
    this.violations.push(`user ${this.id}: ${what}`);
  }
}
