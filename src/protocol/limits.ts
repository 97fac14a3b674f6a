/** Sizes and counts that are part of the contract, each with its unit and the reason for it. */

/** Largest WebSocket frame a client may send, in UTF-8 bytes; past it the socket closes with 1009 (C14). */
export const MAX_FRAME_BYTES = 64 * 1024;

/** Largest REST body, in bytes; past it 413 (E4). */
export const MAX_BODY_BYTES = 64 * 1024;

/** Default of the setting `MAX_MESSAGE_LENGTH`, in Unicode code points (E1, F5). */
export const DEFAULT_MAX_MESSAGE_LENGTH = 4096;

/** Characters (code points) of a message that a notification shows (N3). */
export const PREVIEW_LENGTH = 100;

/** Page sizes of the history (R4, R9), in messages. */
export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 100;

/** Longest idempotency key of a send, in characters: a UUID fits twice. */
export const MAX_CLIENT_ID_LENGTH = 64;

/** Rows of change in one `changes` frame of a resuming socket: bounds the frame, not the resume. */
export const CHANGES_PER_FRAME = 100;

/** Changes a socket may be behind and still resume; further back refetching the newest page is cheaper. */
export const MAX_RESUME_CHANGES = 5000;

/** What a client sends to keep its socket, and what comes back; the platform answers without waking the object. */
export const PING = "ping";
export const PONG = "pong";

/** How often a client that pings should do so, in milliseconds. */
export const PING_INTERVAL_MS = 25_000;

/** A socket that asked for sync and was silent for longer is taken for dead, in milliseconds (two pings missed). */
export const DEAD_AFTER_MS = 60_000;
