/** Handling of the platform's hibernatable sockets that both kinds of object share. */
import * as v from "valibot";

/** Answers a close, as the runtime does not for hibernatable sockets; the client would wait in CLOSING (RFC 6455, 7.1.2). */
export function answerClose(socket: WebSocket, code: number, reason: string): void {
  // 1005, 1006 and 1015 stand for the absence of a code and may not be sent.
  const mirrored = code === 1005 || code === 1006 || code === 1015 ? 1000 : code;
  closeQuietly(socket, mirrored, reason);
}

/** Closes a socket that may be closed already, or closing. */
export function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // Closed already, which is what was wanted.
  }
}

/** A socket's attachment, checked: a socket of older code may carry another form. Null where it does not fit. */
export function readAttachment<Schema extends v.GenericSchema>(
  socket: WebSocket,
  schema: Schema,
): v.InferOutput<Schema> | null {
  const attachment: unknown = socket.deserializeAttachment();
  const parsed = v.safeParse(schema, attachment);
  return parsed.success ? parsed.output : null;
}

/** The header in which the Worker hands an object what it needs to know of a socket. */
const HANDOVER = "x-chat-handover";

/** The upgrade request for an object. Made anew, so that no header of the client's ever reaches it. */
export function upgradeRequest(handover: unknown): Request {
  return new Request("https://object/", {
    // A header holds ASCII only, names hold anything.
    headers: { Upgrade: "websocket", [HANDOVER]: encodeURIComponent(JSON.stringify(handover)) },
  });
}

/** Reads what {@link upgradeRequest} was given. @throws where it does not fit: only the Worker calls an object */
export function readHandover<Schema extends v.GenericSchema>(
  request: Request,
  schema: Schema,
): v.InferOutput<Schema> {
  return v.parse(schema, JSON.parse(decodeURIComponent(request.headers.get(HANDOVER) ?? "")));
}
