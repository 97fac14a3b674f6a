/** The one error that the SDK throws and shows. */
import type { ErrorCode } from "../protocol/codes.ts";

/** A code of the server's, or one for what never reached it. */
export type ChatErrorCode =
  | ErrorCode
  /** The server was out of reach, or what answered was not it. */
  | "NETWORK"
  /** A code that this version of the SDK does not know. */
  | (string & {});

/** What a {@link ChatApiError} is made of. */
export interface ChatApiErrorFields {
  readonly code: ChatErrorCode;
  readonly message: string;
  readonly status?: number | null;
  readonly retryAfterMs?: number | null;
  readonly mayHaveBeenStored?: boolean;
  readonly cause?: unknown;
}

/**
 * A request or a message that was refused, or did not get through.
 *
 * @example
 * ```ts
 * try {
 *   await client.start(7);
 * } catch (error) {
 *   if (error instanceof ChatApiError && error.code === "NOT_FOUND") showNoSuchUser();
 *   else throw error;
 * }
 * ```
 */
export class ChatApiError extends Error {
  override readonly name = "ChatApiError";
  /** Stable, for programs; `message` is for people. */
  readonly code: ChatErrorCode;
  /** The HTTP status; null where there was no HTTP answer. */
  readonly status: number | null;
  /** When a retry may do better; null where the server did not say. */
  readonly retryAfterMs: number | null;
  /** Whether the server may have done what was asked all the same. */
  readonly mayHaveBeenStored: boolean;

  constructor(fields: ChatApiErrorFields) {
    super(fields.message, fields.cause === undefined ? {} : { cause: fields.cause });
    this.code = fields.code;
    this.status = fields.status ?? null;
    this.retryAfterMs = fields.retryAfterMs ?? null;
    this.mayHaveBeenStored = fields.mayHaveBeenStored ?? false;
  }
}

/** Any thrown value as a {@link ChatApiError}; what is none counts as a failure of the network. */
export function toChatApiError(error: unknown): ChatApiError {
  if (error instanceof ChatApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ChatApiError({ code: "NETWORK", message, cause: error });
}

/** The error of a connection that did not hold. */
export function networkError(message: string): ChatApiError {
  return new ChatApiError({ code: "NETWORK", message });
}
