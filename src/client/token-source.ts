/** The user's token: kept while it is good, asked for anew when it is not. */
import { ERRORS } from "../protocol/codes.ts";
import { readClaims } from "./claims.ts";
import { ChatApiError } from "./errors.ts";
import type { Token } from "./types.ts";

/** Hands out the token, and replaces one that was refused. */
export class TokenSource {
  readonly #now: () => number;
  #source: Token;
  #token: string | null = null;
  #pending: Promise<string> | null = null;
  #userId: number | null = null;

  constructor(source: Token, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  /** The user whom the tokens name; null before the first. */
  get userId(): number | null {
    return this.#userId;
  }

  /** Goes on with another token, of the same user. */
  replace(source: Token): void {
    this.#source = source;
    this.forget();
  }

  /** Has the next call ask anew. */
  forget(): void {
    this.#token = null;
    this.#pending = null;
  }

  /** The token; calls at the same time share one request for it. @throws whatever the application's function throws */
  async get(): Promise<string> {
    if (this.#token !== null && !this.#isExpired(this.#token)) return this.#token;
    return this.#ask();
  }

  /**
   * A token in place of one that the server refused.
   *
   * @throws ChatApiError with `UNAUTHORIZED` where there is no other
   */
  async replaceRefused(refused: string): Promise<string> {
    // Somebody else may have been refused with it as well, and have got a new one since.
    if (this.#token === refused) this.#token = null;
    const token = await this.get();
    if (token === refused) throw unauthorized();
    return token;
  }

  #ask(): Promise<string> {
    if (this.#pending !== null) return this.#pending;
    const pending = this.#fetch().finally(() => {
      if (this.#pending === pending) this.#pending = null;
    });
    this.#pending = pending;
    return pending;
  }

  async #fetch(): Promise<string> {
    const source = this.#source;
    const token = typeof source === "string" ? source : await source();
    const { userId } = readClaims(token);
    if (userId !== null && this.#userId !== null && userId !== this.#userId) {
      // Else one user's unsent messages would go out in another's name.
      throw unauthorized("The new token names another user; make a new ChatClient for them.");
    }
    this.#userId ??= userId;
    if (source === this.#source) this.#token = token;
    return token;
  }

  #isExpired(token: string): boolean {
    const { expiresAtMs } = readClaims(token);
    return expiresAtMs !== null && expiresAtMs <= this.#now();
  }
}

/** The error of a token that was refused for good. */
export function unauthorized(message: string = ERRORS.UNAUTHORIZED.message): ChatApiError {
  return new ChatApiError({ code: "UNAUTHORIZED", message, status: ERRORS.UNAUTHORIZED.status });
}
