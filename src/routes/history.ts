/** Pages of history: what the room holds, and below that what the archive holds. */
import { archivedMessages } from "../directory/archive.ts";
import { openDatabase } from "../directory/database.ts";
import { withReadTimes } from "../directory/records.ts";
import type { Env } from "../env.ts";
import { DEFAULT_PAGE_SIZE } from "../protocol/limits.ts";
import type { ConversationDetail, HistoryPage, HistoryQuery } from "../protocol/rest.ts";
import type { Message } from "../protocol/shapes.ts";
import type { Caller } from "../room/conversation-room.ts";
import type { HistoryRange, RoomView } from "../room/room.ts";
import { unwrap } from "./errors.ts";
import { toMessage } from "./present.ts";
import { callTwice, roomOf } from "./rooms.ts";

/** A view with the whole of its range. */
async function readRange(
  env: Env,
  conversationId: number,
  caller: Caller,
  range: HistoryRange,
): Promise<{ view: RoomView; messages: Message[] }> {
  const view = unwrap(await callTwice(async () => roomOf(env, conversationId).view(caller, range)));
  const { participants } = view.conversation;
  const archivedTo = Math.min(view.toId, view.firstId - 1);
  let messages = [...view.messages];
  if (view.fromId <= archivedTo) {
    const readerIds = participants.map((user) => user.id);
    const older = await archivedMessages(
      openDatabase(env),
      conversationId,
      view.fromId,
      archivedTo,
      readerIds,
    );
    messages = messages.concat(withReadTimes(older.messages, older.receipts));
  }
  const present = messages.map((message) => toMessage(message, conversationId, caller.userId, participants));
  return { view, messages: present };
}

/** R2, R3: a conversation with its newest page. */
export async function readConversation(
  env: Env,
  conversationId: number,
  caller: Caller,
): Promise<ConversationDetail> {
  const range = { page: 1, pageSize: DEFAULT_PAGE_SIZE };
  const { view, messages } = await readRange(env, conversationId, caller, range);
  return { ...view.conversation, messages, version: view.version };
}

/** R4, R9: a page. `url` is the request's own, from which those of its neighbours are made. */
export async function readPage(
  env: Env,
  conversationId: number,
  caller: Caller,
  query: HistoryQuery,
  url: string,
): Promise<HistoryPage> {
  const { before, page, page_size: pageSize, limit } = query;
  const range = before === undefined ? { page, pageSize } : { before, limit };
  const { view, messages } = await readRange(env, conversationId, caller, range);
  const hasMore = view.toId >= 1 && view.fromId > 1;
  const neighbour = (parameters: Record<string, number>) => {
    const link = new URL(url);
    link.search = new URLSearchParams(
      Object.entries(parameters).map(([key, value]) => [key, String(value)]),
    ).toString();
    return link.href;
  };
  return {
    results: messages,
    count: view.lastId,
    has_more: hasMore,
    next: !hasMore
      ? null
      : before === undefined
        ? neighbour({ page: page + 1, page_size: pageSize })
        : neighbour({ before: view.fromId, limit }),
    previous: before !== undefined || page === 1 ? null : neighbour({ page: page - 1, page_size: pageSize }),
    version: view.version,
  };
}
