/** Whether what is stored and what is shown agrees with the model. */
import { expect } from "vitest";
import { getConversation, getPage, listConversations } from "./http.ts";
import type { Model } from "./model.ts";
import type { Person } from "./people.ts";
import { archiveOf } from "./storage.ts";

/** The pages, the counts and the list that each of the two gets over REST. */
export async function checkRest(model: Model, people: readonly Person[], id: number): Promise<void> {
  for (const person of people) {
    const ids: number[] = [];
    for (let page = 1; ; page += 1) {
      const { results, count, has_more } = await getPage(person, id, `page=${page}&page_size=7`);
      expect(count).toBe(model.log.length);
      for (const { id: messageId, content, sender, is_read, type } of results) {
        ids.push(messageId);
        expect({ content, senderId: sender.id }).toEqual(model.log[messageId - 1]);
        expect(is_read).toBe(model.read.has(messageId));
        expect(type).toBe(sender.id === person.id ? "sent" : "received");
      }
      if (!has_more) break;
    }
    expect(ids).toEqual(model.log.map((_, index) => model.log.length - index));
    const unread_count = model.unreadOf(person.id).length;
    expect(await getConversation(person, id)).toMatchObject({ unread_count });
    const last_message = model.log.length === 0 ? null : { id: model.log.length };
    expect(await listConversations(person)).toMatchObject([{ id, unread_count, last_message }]);
  }
}

/** The rows of D1. */
export async function checkArchive(model: Model, id: number): Promise<void> {
  const { messages, receipts, participants } = await archiveOf(id);
  expect(messages.map(({ sender_id, content }) => ({ senderId: sender_id, content }))).toEqual(model.log);
  const read = messages.filter((message) =>
    receipts.some(
      ({ reader_id, first_id, last_id }) =>
        reader_id !== message.sender_id && first_id <= message.id && message.id <= last_id,
    ),
  );
  expect(read.map((message) => message.id)).toEqual([...model.read].sort((a, b) => a - b));
  for (const { user_id, unread_count, read_through } of participants) {
    const unread = model.unreadOf(user_id);
    expect(unread_count).toBe(unread.length);
    expect(read_through).toBeLessThan(unread[0] ?? Infinity);
  }
}
