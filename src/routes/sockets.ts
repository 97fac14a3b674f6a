/** The WebSocket routes: whoever is refused is told why on a socket that closes (C1), and wakes no object. */
import { Hono } from "hono";
import type { Context } from "hono";
import * as v from "valibot";
import { socketToken } from "../auth/credentials.ts";
import type { Principal } from "../auth/principal.ts";
import type { DeviceAdmission } from "../inbox/user-inbox.ts";
import { errorText, log } from "../lib/log.ts";
import { upgradeRequest } from "../lib/sockets.ts";
import { CLOSE, refuse, type ErrorCode, type Refusal } from "../protocol/codes.ts";
import { parseId } from "../protocol/values.ts";
import type { Admission } from "../room/admission.ts";
import { admit } from "./authenticate.ts";
import type { AppContext } from "./context.ts";
import { errorResponse } from "./errors.ts";
import { notAllowed } from "./not-allowed.ts";
import { callerFor, inboxOf, roomOf } from "./rooms.ts";

/** A refusal as an object answers it in place of a socket. */
const refusalSchema = v.object({ ok: v.literal(false), code: v.picklist(["NOT_FOUND", "UNAVAILABLE"]) });

/** The routes under `/ws/chat`. */
export const socketRoutes = new Hono<AppContext>()
  .get("/notifications", async (c) => {
    const admitted = await admitSocket(c);
    if (admitted instanceof Response) return admitted;
    const { principal, since } = admitted;
    const admission: DeviceAdmission = { expiresAt: principal.expiresAt, since };
    return inboxOf(c.env, principal.userId).fetch(upgradeRequest(admission));
  })
  .all("/notifications", notAllowed("GET"))

  .get("/:id", async (c) => {
    const admitted = await admitSocket(c);
    if (admitted instanceof Response) return admitted;
    const { userId, expiresAt } = admitted.principal;
    const conversationId = parseId(c.req.param("id"));
    if (conversationId === null) return refuseSocket(refuse("FORBIDDEN"));
    const caller = await callerFor(c.env, conversationId, userId);
    if (!caller.ok) return refuseSocket(refuse("FORBIDDEN"));
    const admission: Admission = { userId, expiresAt, since: admitted.since, roster: caller.value.roster };
    const response = await roomOf(c.env, conversationId).fetch(upgradeRequest(admission));
    if (response.webSocket === null) {
      const { code } = v.parse(refusalSchema, await response.json());
      return refuseSocket(refuse(code === "NOT_FOUND" ? "FORBIDDEN" : code));
    }
    await enterRoom(c, userId, conversationId);
    return response;
  })
  .all("/:id", notAllowed("GET"));

/** Lets a socket in by its token, or answers it. `since` is null for a client that did not ask for sync. */
async function admitSocket(
  c: Context<AppContext>,
): Promise<{ principal: Principal; since: number | null } | Response> {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") {
    const response = errorResponse(refuse("UPGRADE_REQUIRED"));
    response.headers.set("Upgrade", "websocket");
    return response;
  }
  const principal = await admit(c.env, socketToken(c.req.raw.headers, c.req.query("token")));
  if (!principal.ok) return refuseSocket(principal);
  const cursor = c.req.query("since");
  // A cursor that is no number is of nobody's making: below every version, it is answered with a resync.
  const since = cursor === undefined ? null : /^\d{1,16}$/.test(cursor) ? Number(cursor) : -1;
  return { principal: principal.value, since };
}

const CLOSE_CODES: Partial<Record<ErrorCode, number>> = {
  UNAUTHORIZED: CLOSE.UNAUTHORIZED,
  FORBIDDEN: CLOSE.FORBIDDEN,
};

/** Accepts, says why not, and closes: a browser or phone learns nothing from a failed handshake (C1). */
function refuseSocket({ code, message }: Refusal): Response {
  const pair = new WebSocketPair();
  pair[1].accept();
  pair[1].send(JSON.stringify({ type: "error", code, message }));
  pair[1].close(CLOSE_CODES[code] ?? CLOSE.TRY_AGAIN_LATER, code);
  return new Response(null, { status: 101, webSocket: pair[0] });
}

/** Notes the visit before the client knows that it is connected, so that the list waits for this room (R8). */
async function enterRoom(c: Context<AppContext>, userId: number, conversationId: number): Promise<void> {
  try {
    await inboxOf(c.env, userId).enterRoom(conversationId);
  } catch (error) {
    // Chat goes on; the list may trail by a moment.
    log("warn", "visit_not_noted", { user: userId, conversation: conversationId, error: errorText(error) });
  }
}
