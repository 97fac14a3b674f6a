/** Reaching a room: who calls, what they may, and what to do when a store is out of reach. */
import { openDatabase } from "../directory/database.ts";
import { findPair, rosterOf, startPair } from "../directory/conversations.ts";
import type { Env } from "../env.ts";
import { errorText, log } from "../lib/log.ts";
import { withTimeout } from "../lib/timeout.ts";
import { ok, refuse, type Result } from "../protocol/codes.ts";
import type { User } from "../protocol/shapes.ts";
import { parseId } from "../protocol/values.ts";
import type { UserInbox } from "../inbox/user-inbox.ts";
import type { Caller, ConversationRoom } from "../room/conversation-room.ts";
import { fail, unwrap } from "./errors.ts";

/** How long the directory may take to say who is in a conversation before the room's own copy has to do, in milliseconds. */
const ROSTER_PATIENCE_MS = 1_000;

/** How long it may take to say which conversation two users have before the inbox is asked, in milliseconds. */
const PAIR_PATIENCE_MS = 3_000;

/**
 * Whether a user may enter a conversation. The directory answers, so that no stranger wakes a room; only while it can't, the
 * caller goes to the room without a roster, and the room decides by its own copy.
 */
export async function callerFor(env: Env, conversationId: number, userId: number): Promise<Result<Caller>> {
  let roster;
  try {
    const asked = rosterOf(openDatabase(env), conversationId, userId);
    roster = await withTimeout(asked, ROSTER_PATIENCE_MS, "asking for a roster");
  } catch (error) {
    log("warn", "roster_unknown", { conversation: conversationId, error: errorText(error) });
    return ok({ userId, roster: null });
  }
  return roster === null ? refuse("NOT_FOUND") : ok({ userId, roster });
}

/** Lets a user into a conversation by the id in a path. @throws ChatError with `NOT_FOUND` */
export async function enter(
  env: Env,
  id: string,
  userId: number,
): Promise<{ conversationId: number; caller: Caller }> {
  const conversationId = parseId(id);
  if (conversationId === null) fail("NOT_FOUND");
  return { conversationId, caller: unwrap(await callerFor(env, conversationId, userId)) };
}

/** The conversation of two users, begun where there is none. @throws ChatError */
export async function pairWith(
  env: Env,
  userId: number,
  otherId: number,
): Promise<{ conversationId: number; roster: readonly User[]; created: boolean }> {
  if (otherId === userId) fail("VALIDATION_ERROR", "You cannot have a conversation with yourself.");
  const database = openDatabase(env);
  let pair;
  try {
    pair = await withTimeout(findPair(database, userId, otherId), PAIR_PATIENCE_MS, "finding a pair");
  } catch (error) {
    // A pair that the user's inbox knows needs no directory.
    const known = await inboxOf(env, userId).conversationWith(otherId);
    if (known === null) throw error;
    log("warn", "pair_from_inbox", { user: userId, conversation: known.id, error: errorText(error) });
    return { conversationId: known.id, roster: known.participants, created: false };
  }
  const { roster, isOtherKnown, conversationId } = pair;
  if (!isOtherKnown) fail("NOT_FOUND", "There is no such user.");
  if (conversationId !== null) return { conversationId, roster, created: false };
  return { ...(await startPair(database, userId, otherId)), roster };
}

/** A stub of a user's inbox. */
export function inboxOf(env: Env, userId: number): DurableObjectStub<UserInbox> {
  return env.USER_INBOX.getByName(String(userId));
}

/** A stub of a conversation's room. */
export function roomOf(env: Env, conversationId: number): DurableObjectStub<ConversationRoom> {
  return env.CONVERSATION_ROOM.getByName(String(conversationId));
}

/** Makes a call that may be made twice, and makes it twice where the first was lost on the way. */
export async function callTwice<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const isLost = error instanceof Error && "retryable" in error && error.retryable === true;
    const isOverloaded = error instanceof Error && "overloaded" in error && error.overloaded === true;
    if (!isLost || isOverloaded) throw error;
    return call();
  }
}
