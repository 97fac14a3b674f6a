/** The Durable Object of a user: the notification sockets of all their devices, and the rooms that they are in. */
import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { listConversations } from "../directory/conversations.ts";
import { openDatabase } from "../directory/database.ts";
import type { Env } from "../env.ts";
import { Alarm } from "../lib/alarm.ts";
import { errorText, log } from "../lib/log.ts";
import { answerClose, closeQuietly, readAttachment, readHandover } from "../lib/sockets.ts";
import { withTimeout } from "../lib/timeout.ts";
import { CLOSE, ok, refuse, type Result } from "../protocol/codes.ts";
import { isFrameTooLarge } from "../protocol/frames.ts";
import { PING, PONG } from "../protocol/limits.ts";
import type { InboxEvent } from "../protocol/server-events.ts";
import type { Conversation } from "../protocol/shapes.ts";
import { Device, deviceStateSchema, type DeviceState } from "./device.ts";
import { KnownConversations } from "./known-conversations.ts";
import { tellPartners } from "./partners.ts";
import { Visits, type Settled } from "./visits.ts";

/** What the Worker hands an inbox with a socket. */
export const deviceAdmissionSchema = v.object({
  /** When the token expires, in milliseconds. */
  expiresAt: v.number(),
  /** The cursor to resume from; null for a client that knows Core alone. */
  since: v.nullable(v.number()),
});
export type DeviceAdmission = v.InferOutput<typeof deviceAdmissionSchema>;

/** What a room tells an inbox of one conversation. */
export interface InboxUpdate {
  /** The conversation's newest state, as the user sees it. */
  readonly conversation: Conversation;
  /** Messages to the user, in order. */
  readonly newMessages: readonly {
    readonly messageId: number;
    readonly senderId: number;
    readonly senderUsername: string;
    readonly preview: string;
    readonly timestamp: string;
  }[];
  readonly version: number;
  /** The archive's time of this state; null while the archive trails. */
  readonly cursor: number | null;
}

/** How long a visited room may take to settle, and the list to be read, in milliseconds. */
const SETTLE_TIMEOUT_MS = 3_000;
const LIST_TIMEOUT_MS = 5_000;

/** A device that comes back within this time after the last one left was never away, in milliseconds. */
const LEAVE_MS = 10_000;

/** How often devices that ping, and may have vanished without a word, are looked after, in milliseconds. */
const SWEEP_MS = 15 * 60_000;

/** Conversations in one frame of a resume. */
const CONVERSATIONS_PER_FRAME = 50;

/**
 * How far a resume reaches back behind its cursor, in milliseconds: two rooms' updates may arrive in the other order than
 * they were archived in. What is told twice is state, so twice does no harm.
 */
const RESUME_OVERLAP_MS = 60_000;

export class UserInbox extends DurableObject<Env> {
  readonly #devices = new Map<WebSocket, Device>();
  readonly #visits: Visits;
  readonly #known: KnownConversations;
  readonly #alarm: Alarm;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#visits = new Visits(ctx.storage);
    this.#known = new KnownConversations(ctx.storage);
    this.#alarm = new Alarm(ctx.storage);
    void ctx.blockConcurrencyWhile(() => this.#alarm.load());
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    for (const socket of ctx.getWebSockets()) {
      if (socket.readyState !== WebSocket.OPEN) continue;
      const state = readAttachment(socket, deviceStateSchema);
      // The end of a resume that was under way is lost with the memory: the client has its cursor and comes again.
      if (state === null || state.resuming) closeQuietly(socket, CLOSE.SERVICE_RESTART, "connect again");
      else this.#add(socket, state);
    }
  }

  /** Takes a notification socket that the Worker has admitted. */
  override fetch(request: Request): Response {
    const { expiresAt, since } = readHandover(request, deviceAdmissionSchema);
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    const sync = since !== null;
    const state = { expiresAt, connectedAt: Date.now(), sync, resuming: sync, told: [] };
    const device = this.#add(pair[1], state);
    device.save();
    if (since !== null) this.ctx.waitUntil(this.#resume(device, since));
    this.ctx.waitUntil(this.#arrive(device));
    return new Response(null, { status: 101, webSocket: pair[0] });
  }

  /** Takes a room's news; says whether a device of the user got the messages. */
  notify(update: InboxUpdate): { received: boolean } {
    const now = Date.now();
    const { conversation } = update;
    const isNew = this.#known.put(conversation, now);
    const messages = update.newMessages.map((message): InboxEvent => ({
      type: "new_message",
      conversation_id: conversation.id,
      message_id: message.messageId,
      sender_id: message.senderId,
      sender_username: message.senderUsername,
      content_preview: message.preview,
      timestamp: message.timestamp,
    }));
    const state: InboxEvent = {
      type: "conversation_updated",
      conversation_id: conversation.id,
      updated_at: conversation.updated_at,
      last_message: conversation.last_message,
      unread_count: conversation.unread_count,
      version: update.version,
      cursor: update.cursor,
    };
    let received = false;
    for (const [socket, device] of this.#devices) {
      if (this.#dropIfGone(socket, device, now)) continue;
      received = true;
      for (const message of messages) device.tell(message);
      if (device.sync) device.tell(state);
      if (messages.length > 0) device.save();
    }
    if (isNew && received) this.ctx.waitUntil(this.#greet(conversation.other_participant.id));
    return { received };
  }

  /** Somebody the user talks with has come or left; says whether the user is online. */
  partnerPresence(partnerId: number, isOnline: boolean): boolean {
    this.#tellSync({ type: "presence", user_id: partnerId, is_online: isOnline });
    return this.#isOnline();
  }

  /** The user has a socket in a room. */
  enterRoom(conversationId: number): void {
    this.#visits.enter(conversationId);
    // So that there is a list to show, should D1 fail while the user is here.
    if (!this.#known.isWhole) this.ctx.waitUntil(this.#list(0).catch(() => undefined));
  }

  /**
   * The user's conversations, last active first. Before D1 is asked, the rooms that the user is in bring it up to date (R8);
   * while D1 fails, what the inbox knows has to do.
   */
  async conversations(): Promise<Result<Conversation[]>> {
    try {
      return ok((await this.#list(0)).conversations);
    } catch (error) {
      const known = this.#known.list();
      log("warn", "list_from_memory", { user: this.#userId, known: known !== null, error: errorText(error) });
      return known === null ? { ...refuse("UNAVAILABLE"), retryAfterSeconds: 1 } : ok(known);
    }
  }

  /** The conversation with another user as far as the inbox knows, for while D1 can't be asked. */
  conversationWith(userId: number): Conversation | null {
    return this.#known.with(userId);
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const device = this.#devices.get(socket);
    if (device === undefined || this.#dropIfGone(socket, device, Date.now())) return;
    if (isFrameTooLarge(data)) device.close(CLOSE.TOO_LARGE, "the frame is too large");
    else if (typeof data === "string" && isJson(data)) {
      device.sendError("VALIDATION_ERROR", "This socket takes no messages.");
    } else device.sendError("INVALID_JSON");
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    this.#leave(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#leave(socket);
  }

  /** Looks after the devices: the dead are let go, and after the last one the partners learn that the user has left. */
  override async alarm(): Promise<void> {
    this.#alarm.fired();
    if (this.#isOnline()) {
      this.#sweepLater();
      return;
    }
    if (!this.#known.isWhole) await this.#list(0);
    await this.#tellPartners(false);
  }

  #add(socket: WebSocket, state: DeviceState): Device {
    const lastPingAt = () => this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null;
    const device = new Device(socket, state, lastPingAt);
    this.#devices.set(socket, device);
    return device;
  }

  #leave(socket: WebSocket): void {
    this.#devices.delete(socket);
    if (this.#devices.size === 0) this.#alarm.atLatest(Date.now() + LEAVE_MS);
  }

  /** Whether any device still listens; lets go of those that do not. */
  #isOnline(): boolean {
    const now = Date.now();
    for (const [socket, device] of this.#devices) this.#dropIfGone(socket, device, now);
    return this.#devices.size > 0;
  }

  /** Comes back when a token runs out, and now and then for devices that ping: only those can be told to be silent. */
  #sweepLater(): void {
    const soon = Date.now() + SWEEP_MS;
    for (const device of this.#devices.values()) {
      this.#alarm.atLatest(device.sync ? Math.min(soon, device.expiresAt) : device.expiresAt);
    }
  }

  /** A device has come: the partners learn of the first, and a device that asked for sync learns who of them is online. */
  async #arrive(device: Device): Promise<void> {
    this.#sweepLater();
    if (this.#devices.size > 1 && !device.sync) return;
    try {
      // Who may be new among the partners is only in D1; while that fails, those who are known have to do.
      await this.#list(0).catch(() => undefined);
      for (const partnerId of await this.#tellPartners(true)) {
        if (device.sync) device.tell({ type: "presence", user_id: partnerId, is_online: true });
      }
    } catch (error) {
      log("warn", "presence_unknown", { user: this.#userId, error: errorText(error) });
    }
  }

  /** A partner since a moment ago: each learns that the other is there. */
  async #greet(partnerId: number): Promise<void> {
    for (const userId of await this.#tell([partnerId], true))
      this.#tellSync({ type: "presence", user_id: userId, is_online: true });
  }

  #tellPartners(isOnline: boolean): Promise<number[]> {
    const partners = (this.#known.list() ?? []).map((conversation) => conversation.other_participant.id);
    return this.#tell(partners, isOnline);
  }

  #tell(partners: readonly number[], isOnline: boolean): Promise<number[]> {
    return tellPartners(partners, (partnerId) =>
      this.env.USER_INBOX.getByName(String(partnerId)).partnerPresence(this.#userId, isOnline),
    );
  }

  #tellSync(event: InboxEvent): void {
    for (const device of this.#devices.values()) if (device.sync) device.tell(event);
  }

  #dropIfGone(socket: WebSocket, device: Device, now: number): boolean {
    const reason = device.goneBecause(now);
    if (reason === null) return false;
    this.#devices.delete(socket);
    if (reason === "expired") device.expire();
    else device.close(CLOSE.TRY_AGAIN_LATER, "silent for too long");
    return true;
  }

  async #settleRoom(conversationId: number): Promise<Settled> {
    const room = this.env.CONVERSATION_ROOM.getByName(String(conversationId));
    try {
      return await withTimeout(room.settled(this.#userId), SETTLE_TIMEOUT_MS, "settling a room");
    } catch (error) {
      log("warn", "settle_failed", { conversation: conversationId, error: errorText(error) });
      return { archived: false, present: true };
    }
  }

  /** Tells a device the newest state of each conversation that changed while it was away, then goes live. */
  async #resume(device: Device, since: number): Promise<void> {
    try {
      const { conversations, cursor } = await this.#list(Math.max(0, since - RESUME_OVERLAP_MS));
      for (let start = 0; start < conversations.length; start += CONVERSATIONS_PER_FRAME) {
        const chunk = conversations.slice(start, start + CONVERSATIONS_PER_FRAME);
        for (const { id, last_message } of chunk)
          if (last_message !== null) device.remember(id, last_message.id);
        const has_more = start + CONVERSATIONS_PER_FRAME < conversations.length;
        device.send({ type: "conversations_changed", conversations: chunk, has_more });
      }
      device.goLive({ type: "synced", cursor });
    } catch (error) {
      log("warn", "inbox_resume_failed", { error: errorText(error) });
      device.goLive({ type: "resync" });
    }
  }

  /** Reads the list from D1, once the rooms that the user is in have brought it up to date. */
  async #list(changedSince: number): Promise<{ conversations: Conversation[]; cursor: number }> {
    await this.#visits.settle((conversationId) => this.#settleRoom(conversationId));
    const listed = listConversations(openDatabase(this.env), this.#userId, changedSince);
    const list = await withTimeout(listed, LIST_TIMEOUT_MS, "listing conversations");
    if (changedSince === 0) this.#known.replace(list.conversations, Date.now());
    return list;
  }

  get #userId(): number {
    return Number(this.ctx.id.name);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
