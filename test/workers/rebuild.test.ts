import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import * as v from "valibot";
import {
  getConversation,
  getPage,
  listConversations,
  markRead,
  ORIGIN,
  sendMessage,
} from "../support/workers/http.ts";
import { newPair } from "../support/workers/modes.ts";
import { followersDone, roomOf, rowsOf } from "../support/workers/objects.ts";
import { openCore } from "../support/workers/socket.ts";
import { archiveOf, emptyRoom, fillRoom } from "../support/workers/storage.ts";

const boundsSchema = v.object({ count: v.number(), lowest: v.number(), highest: v.number() });
const BOUNDS = "SELECT count(*) AS count, min(id) AS lowest, max(id) AS highest FROM messages";

/** Every page of a conversation, from one end to the other. */
async function wholeHistory(...[person, id]: Parameters<typeof getPage>) {
  const all = [];
  for (let page = 1; ; page += 1) {
    const { results, has_more } = await getPage(person, id, `page=${page}&page_size=100`);
    all.push(...results);
    if (!has_more) return all;
  }
}

async function rearchive(id: number, secret = env.OPERATOR_SECRET): Promise<number> {
  const url = `${ORIGIN}/api/operations/conversations/${id}/archive/`;
  const headers = { Authorization: `Bearer ${secret}` };
  const response = await exports.default.fetch(new Request(url, { method: "POST", headers }));
  await response.text();
  return response.status;
}

describe("either store is rebuilt from the other", () => {
  test("[R4] an emptied archive has everything again once an operator asks the room for it", async () => {
    const { ann, ben, id } = await newPair();
    const socket = await openCore(ann, id);
    for (let index = 0; index < 30; index += 1) {
      socket.sendNow({ type: "chat_message", content: `${index}`, client_id: `key-${index}` });
    }
    await socket.nextOf("chat_message", 30);
    await markRead(ben, id, [3, 4, 9]);
    await markRead(ben, id, [1, 2, 30]);
    await followersDone(id);
    const before = await archiveOf(id);
    expect(before.messages).toHaveLength(30);
    const list = await listConversations(ben);
    const wiped = ["messages", "receipts", "participants"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table} WHERE conversation_id = ?`).bind(id),
    );
    await env.DB.batch([
      ...wiped,
      env.DB.prepare("DELETE FROM conversations WHERE id = ?").bind(id),
      env.DB.prepare("DELETE FROM users WHERE id IN (?, ?)").bind(ann.id, ben.id),
    ]);
    expect(await rearchive(id, "not the operator's secret, just a guess")).toBe(401);
    expect(await rearchive(id)).toBe(200);
    await followersDone(id);
    expect(await archiveOf(id)).toEqual(before);
    expect(await listConversations(ben)).toEqual(list);
    expect(await rearchive(987_654)).toBe(404);
  });

  test("[R4] [C17] an emptied room takes up its tail and all unread from the archive; ids go on", async () => {
    const { ann, ben, id } = await newPair();
    await fillRoom(id, [ann.id, ben.id], 750);
    await markRead(
      ben,
      id,
      Array.from({ length: 99 }, (_, index) => index + 1),
    );
    await markRead(ben, id, [751, 749, 301]);
    await markRead(ann, id);
    await followersDone(id);
    const history = await wholeHistory(ben, id);
    const conversation = await getConversation(ben, id);
    expect(history).toHaveLength(750);
    expect(conversation.unread_count).toBe(375 - 50 - 2);
    await emptyRoom(id);
    expect(await getConversation(ben, id)).toEqual(conversation);
    // The first unread message is 101, well before the tail of 500.
    const bounds = await rowsOf(roomOf(id), BOUNDS, boundsSchema);
    expect(bounds).toEqual([{ count: 650, lowest: 101, highest: 750 }]);
    expect(await wholeHistory(ben, id)).toEqual(history);
    expect((await sendMessage(ann, ben, "onwards")).id).toBe(751);
    expect((await markRead(ben, id)).message_ids).toHaveLength(375 - 50 - 2 + 1);
    await followersDone(id);
    expect((await archiveOf(id)).messages).toHaveLength(751);

    await emptyRoom(id);
    await getConversation(ben, id);
    const withoutUnread = await rowsOf(roomOf(id), BOUNDS, boundsSchema);
    expect(withoutUnread).toEqual([{ count: 500, lowest: 252, highest: 751 }]);
    expect((await wholeHistory(ann, id)).map((message) => message.id)).toEqual(
      Array.from({ length: 751 }, (_, index) => 751 - index),
    );
  });
});
