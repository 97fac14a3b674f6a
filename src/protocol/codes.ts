/** Error and close codes: the part of an error that programs may rely on. Messages are for people. */

/** Every error code with its HTTP status and the message it has where the place has nothing better to say (F7). */
export const ERRORS = {
  /** The token is missing, malformed, expired or wrong. */
  UNAUTHORIZED: { status: 401, message: "Sign in to continue." },
  /** A socket to a conversation that is not the caller's, or is none. */
  FORBIDDEN: { status: 403, message: "You are not part of this conversation." },
  /** An unknown path, user or conversation, or one that the caller is not in. */
  NOT_FOUND: { status: 404, message: "Not found." },
  /** The body or frame is not JSON. */
  INVALID_JSON: { status: 400, message: "This is not valid JSON." },
  /** JSON, but not what the operation takes. */
  VALIDATION_ERROR: { status: 400, message: "The request is not valid." },
  /** A known path with another method. */
  METHOD_NOT_ALLOWED: { status: 405, message: "This method is not allowed here." },
  /** A body over {@link MAX_BODY_BYTES}. */
  PAYLOAD_TOO_LARGE: { status: 413, message: "The request is too large." },
  /** A plain request to a socket path (C2). */
  UPGRADE_REQUIRED: { status: 426, message: "This is a WebSocket endpoint." },
  /** Too many requests; `Retry-After` says when to come back. */
  RATE_LIMITED: { status: 429, message: "Too many requests. Try again shortly." },
  /** A `client_id` that the sender has used for another message of the conversation. */
  IDEMPOTENCY_CONFLICT: { status: 409, message: "This client_id belongs to another message." },
  /** A store is out of reach; nothing was lost, a retry is safe. */
  UNAVAILABLE: { status: 503, message: "The service is briefly unavailable. Try again." },
  /** A fault of ours. */
  INTERNAL: { status: 500, message: "Something went wrong on our side." },
} as const satisfies Record<string, { status: number; message: string }>;

/** A stable error code; see {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

/** Codes with which the server closes a socket. */
export const CLOSE = {
  /** The token was not accepted, or has expired. Terminal until there is a fresh token (C1). */
  UNAUTHORIZED: 4001,
  /** Not a participant of the conversation. Terminal (C1). */
  FORBIDDEN: 4003,
  /** A frame over the size limit, from RFC 6455 (C14). */
  TOO_LARGE: 1009,
  /** The server asks the client to connect anew and resume, from the IANA registry of close codes. */
  SERVICE_RESTART: 1012,
  /** Try again later, from the IANA registry of close codes. */
  TRY_AGAIN_LATER: 1013,
} as const;

/** An expected "no": a value, so that it crosses RPC as it is and costs no exception. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  /** With `RATE_LIMITED` and `UNAVAILABLE`: when a retry may do better. */
  readonly retryAfterSeconds?: number;
}

/** Either a value or a {@link Refusal}. */
export type Result<T> = { readonly ok: true; readonly value: T } | Refusal;

/** Wraps a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Makes a refusal; without a message the code's own is used. */
export function refuse(code: ErrorCode, message: string = ERRORS[code].message): Refusal {
  return { ok: false, code, message };
}
