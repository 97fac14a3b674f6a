/** The Durable Object of a conversation: a thin shell that turns the platform's callbacks into calls of the rules. */
import { DurableObject } from "cloudflare:workers";
import { configOf } from "../config.ts";
import { openDatabase } from "../directory/database.ts";
import type { ReadMessage } from "../directory/records.ts";
import type { Env } from "../env.ts";
import { Alarm } from "../lib/alarm.ts";
import { errorText, log } from "../lib/log.ts";
import { answerClose, closeQuietly, readAttachment, readHandover } from "../lib/sockets.ts";
import { appliedMigration, migrate } from "../lib/sql-migrations.ts";
import { withTimeout } from "../lib/timeout.ts";
import { CLOSE, ok, refuse, type Result } from "../protocol/codes.ts";
import { isFrameTooLarge } from "../protocol/frames.ts";
import { PING, PONG } from "../protocol/limits.ts";
import type { User } from "../protocol/shapes.ts";
import { admissionSchema } from "./admission.ts";
import { beginRoom } from "./begin.ts";
import { FrameQueue } from "./frame-queue.ts";
import { ARCHIVE_PATIENCE_MS, Followers } from "./followers.ts";
import { roomMigrations } from "./migrations.ts";
import { FOLLOW_AFTER_MS } from "./pace.ts";
import { Room, type HistoryRange, type MarkedRead, type RoomView } from "./room.ts";
import { Session, Sessions, sessionStateSchema, type SessionState } from "./sessions.ts";
import { RoomStore } from "./store.ts";

/** Who calls, as the Worker has found out; `roster` is null where the directory could not be asked. */
export interface Caller {
  readonly userId: number;
  readonly roster: readonly User[] | null;
}

/** How long an empty room waits for the archive before it says that it can't begin, in milliseconds. */
const BEGIN_TIMEOUT_MS = 10_000;

/** What a client has sent. */
interface Frame {
  readonly session: Session;
  readonly data: string | ArrayBuffer;
}

/** A room that has begun, with those who follow it. */
interface Open {
  readonly room: Room;
  readonly followers: Followers;
}

export class ConversationRoom extends DurableObject<Env> {
  readonly #alarm: Alarm;
  readonly #sessions = new Sessions();
  readonly #sockets = new Map<WebSocket, Session>();
  readonly #frames = new FrameQueue<Frame>(
    (frame) => this.#receive(frame),
    () => this.ctx.storage.sync(),
  );
  #open: Open | null = null;
  #isPokeDue = false;
  #opening: Promise<boolean> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#alarm = new Alarm(ctx.storage);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    void ctx.blockConcurrencyWhile(async () => {
      await this.#alarm.load();
      // An object without tables has no conversation yet, and may never have one: it stays empty.
      if (appliedMigration(ctx.storage) === 0) return;
      migrate(ctx.storage, roomMigrations);
      this.#takeUp();
      this.#wakeSockets();
      this.#settle();
    });
  }

  /** Takes a socket that the Worker has admitted; the answer is 101, or an error that the Worker tells the client. */
  override async fetch(request: Request): Promise<Response> {
    const admission = readHandover(request, admissionSchema);
    const opened = await this.#enter(admission);
    if (!opened.ok) return Response.json(opened);
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    const session = this.#addSocket(pair[1], {
      userId: admission.userId,
      expiresAt: admission.expiresAt,
      connectedAt: Date.now(),
      sync: admission.since !== null,
      typing: false,
    });
    pair[1].serializeAttachment(session.state);
    this.#frames.drain();
    opened.value.room.join(session, admission.since);
    this.#settle();
    return new Response(null, { status: 101, webSocket: pair[0] });
  }

  /** Stores and sends a message; answers once the archive has it, or after a while. */
  async post(caller: Caller, content: string, clientId: string | null): Promise<Result<ReadMessage>> {
    const opened = await this.#enter(caller);
    if (!opened.ok) return opened;
    this.#frames.drain();
    const posted = opened.value.room.post(caller.userId, content, clientId);
    if (!posted.ok) return posted;
    await this.#archived(opened.value);
    return ok(posted.value.message);
  }

  /** Marks messages as read, all that is unread for null; answers once the archive has it, or after a while. */
  async markRead(caller: Caller, messageIds: readonly number[] | null): Promise<Result<MarkedRead>> {
    const opened = await this.#enter(caller);
    if (!opened.ok) return opened;
    this.#frames.drain();
    const marked = opened.value.room.markRead(caller.userId, messageIds);
    await this.#archived(opened.value);
    return ok(marked);
  }

  /** What the caller sees of the conversation. */
  async view(caller: Caller, range: HistoryRange): Promise<Result<RoomView>> {
    const opened = await this.#enter(caller);
    if (!opened.ok) return opened;
    this.#frames.drain();
    return ok(opened.value.room.view(caller.userId, range));
  }

  /** Waits until the archive has everything, but not for ever; says whether it has, and whether the user is connected. */
  async settled(userId: number): Promise<{ archived: boolean; present: boolean }> {
    if (this.#open === null) return { archived: true, present: false };
    this.#frames.drain();
    const archived = await this.#archived(this.#open);
    return { archived, present: this.#sessions.has(userId) };
  }

  /** Has D1 get the whole conversation anew; refused where this room holds none. */
  async rearchive(): Promise<Result<{ version: number }>> {
    if (this.#open === null) return refuse("NOT_FOUND");
    const { room, followers } = this.#open;
    await followers.rearchive();
    this.#settle();
    return ok({ version: room.version });
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const session = this.#sockets.get(socket);
    if (session === undefined) return;
    if (isFrameTooLarge(data)) {
      session.close(CLOSE.TOO_LARGE, "the frame is too large");
      this.#leave(socket);
      return;
    }
    this.#frames.push({ session, data });
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    this.#leave(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#leave(socket);
  }

  override alarm(): void {
    this.#alarm.fired();
    this.#open?.room.presence.sweep();
    this.#settle();
  }

  /** Finds the room, beginning it where it is new, and lets a participant in. */
  async #enter(caller: Caller): Promise<Result<Open>> {
    if (this.#open === null) {
      this.#opening ??= this.#begin();
      try {
        if (!(await withTimeout(this.#opening, BEGIN_TIMEOUT_MS, "beginning a room")))
          return refuse("NOT_FOUND");
      } catch (error) {
        log("warn", "room_begin_failed", { conversation: this.ctx.id.name ?? null, error: errorText(error) });
        return { ...refuse("UNAVAILABLE"), retryAfterSeconds: 1 };
      } finally {
        this.#opening = null;
      }
    }
    const open = this.#open ?? this.#takeUp();
    if (!open?.room.participants.has(caller.userId)) return refuse("NOT_FOUND");
    if (caller.roster !== null) open.room.participants.updateProfiles(caller.roster);
    return ok(open);
  }

  async #begin(): Promise<boolean> {
    const conversationId = Number(this.ctx.id.name);
    return beginRoom(this.ctx.storage, openDatabase(this.env), conversationId);
  }

  /** Makes the rules' objects from what is stored; null where nothing is. */
  #takeUp(): Open | null {
    const store = new RoomStore(this.ctx.storage.sql);
    const record = store.room();
    if (record === null) return null;
    const room = new Room(record, store, this.#sessions, configOf(this.env), Date.now);
    const followers = new Followers(this.env, room, store, record.progress, Date.now, () => this.#schedule());
    this.#open = { room, followers };
    return this.#open;
  }

  /** After hibernation: the sockets are still there, and what they are is in their attachments. */
  #wakeSockets(): void {
    const sockets = this.ctx.getWebSockets();
    if (sockets.length > 0)
      log("info", "room_woke", { conversation: this.ctx.id.name ?? null, sockets: sockets.length });
    for (const socket of sockets) {
      const state = readAttachment(socket, sessionStateSchema);
      if (state === null) closeQuietly(socket, CLOSE.SERVICE_RESTART, "connect again");
      else if (socket.readyState === WebSocket.OPEN) this.#sessions.add(this.#addSocket(socket, state));
    }
  }

  #addSocket(socket: WebSocket, state: SessionState): Session {
    const session = new Session(
      {
        send: (text) => socket.send(text),
        close: (code, reason) => {
          // It has left already, and must not leave again should its end be what wakes the object.
          socket.serializeAttachment(null);
          socket.close(code, reason);
        },
        save: (saved) => socket.serializeAttachment(saved),
        lastPingAt: () => this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null,
      },
      state,
    );
    this.#sockets.set(socket, session);
    return session;
  }

  /** Handles one frame. The alarm that backs the followers up is part of the commit; they themselves start later. */
  #receive({ session, data }: Frame): void {
    if (this.#open === null) return;
    try {
      this.#open.room.receive(session, data);
    } catch (error) {
      log("error", "frame_failed", { conversation: this.ctx.id.name ?? null, error: errorText(error) });
      session.sendError("INTERNAL");
    }
    this.#alarm.atLatest(this.#open.followers.dueAt());
    this.#pokeSoon(this.#open.followers);
  }

  /** Gets the followers going once the frames of the moment, and their echoes, are on their way. */
  #pokeSoon(followers: Followers): void {
    if (this.#isPokeDue || followers.areRunning) return;
    this.#isPokeDue = true;
    setTimeout(() => {
      this.#isPokeDue = false;
      followers.poke();
    }, FOLLOW_AFTER_MS);
  }

  #leave(socket: WebSocket): void {
    const session = this.#sockets.get(socket) ?? this.#wakeLeaving(socket);
    if (session === null) return;
    // What the client sent before it left comes first.
    this.#frames.drain();
    this.#sockets.delete(socket);
    // A second report of the same end finds nobody.
    socket.serializeAttachment(null);
    this.#open?.room.presence.leave(session);
    this.#settle();
  }

  /** The socket whose end woke the object: it is no longer among the object's sockets, but the others are still to be told. */
  #wakeLeaving(socket: WebSocket): Session | null {
    const state = readAttachment(socket, sessionStateSchema);
    if (state === null) return null;
    const session = this.#addSocket(socket, state);
    this.#sessions.add(session);
    return session;
  }

  /** Something may have changed: sets the followers going and the alarm that backs them up. */
  #settle(): void {
    this.#open?.followers.poke();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#open === null) return;
    const { room, followers } = this.#open;
    this.#alarm.atLatest(Math.min(room.presence.dueAt(), followers.dueAt()));
  }

  async #archived({ room, followers }: Open): Promise<boolean> {
    this.#settle();
    followers.archive.pokeNow();
    return followers.archive.reached(room.version, ARCHIVE_PATIENCE_MS);
  }
}
