import { describe, expect, test } from "vitest";
import { getConversation, getPage, listConversations, markRead } from "../support/workers/http.ts";
import { modes, newChat, newLiveChat, type Mode } from "../support/workers/modes.ts";

/** A live chat in which Ann has sent `count` messages, all of them seen. */
async function withMessages(mode: Mode, count: number) {
  const chat = await newLiveChat(mode);
  for (let index = 1; index <= count; index += 1) {
    chat.annSocket.sendNow({ type: "chat_message", content: `${index}` });
  }
  await chat.annSocket.nextOf("chat_message", count);
  await chat.benSocket.nextOf("chat_message", count);
  const unread = async () => {
    await chat.step();
    return (await getConversation(chat.ben, chat.id)).unread_count;
  };
  return { ...chat, unread };
}

describe.each(modes)("reading, $mode", (mode) => {
  test("[C5] [C8] everyone gets `messages_read` with just the ids that turned", async () => {
    const chat = await withMessages(mode, 4);
    await chat.benSocket.send({ type: "mark_read", message_ids: [2, 3, 99, -1, 2] });
    const event = await chat.benSocket.nextWithKeys();
    expect(event.event).toMatchObject({ message_ids: [2, 3], read_by: chat.ben.id });
    expect(event.keys).toEqual(["message_ids", "read_at", "read_by", "type"]);
    expect(await chat.annSocket.nextWithKeys()).toEqual(event);
  });

  test("[C5] without ids everything that others sent turns read", async () => {
    const chat = await withMessages(mode, 3);
    await chat.benSocket.send({ type: "chat_message", content: "my own" });
    await chat.annSocket.next("chat_message");
    await chat.benSocket.next("chat_message");
    await chat.benSocket.send({ type: "mark_read" });
    expect(await chat.annSocket.next("messages_read")).toMatchObject({ message_ids: [1, 2, 3] });
    expect(await chat.unread()).toBe(0);
  });

  test("[C5] ids that are unknown, one's own or read before are passed over, and make no event alone", async () => {
    const chat = await withMessages(mode, 2);
    await chat.benSocket.send({ type: "mark_read", message_ids: [1] });
    await chat.benSocket.next("messages_read");
    await chat.annSocket.next("messages_read");
    for (const frame of [
      { type: "mark_read", message_ids: [1] },
      { type: "mark_read", message_ids: [] },
      { type: "mark_read", message_ids: [3, 0, Number.MAX_SAFE_INTEGER] },
    ]) {
      await chat.benSocket.send(frame);
      await chat.benSocket.expectSilence();
    }
    await chat.annSocket.send({ type: "mark_read" });
    await chat.annSocket.expectSilence();
    await chat.benSocket.expectSilence();
  });

  test("[C5] [F3] unread counts hold through reads in any order, over both channels and several sockets", async () => {
    const chat = await withMessages(mode, 9);
    const phone = await chat.core(chat.ben);
    expect(await chat.unread()).toBe(9);
    await chat.benSocket.send({ type: "mark_read", message_ids: [7, 5] });
    expect(await chat.annSocket.next("messages_read")).toMatchObject({ message_ids: [5, 7] });
    expect(await chat.unread()).toBe(7);
    await phone.send({ type: "mark_read", message_ids: [4, 5, 6] });
    expect(await chat.annSocket.next("messages_read")).toMatchObject({ message_ids: [4, 6] });
    expect(await chat.unread()).toBe(5);
    await chat.step();
    expect(await markRead(chat.ben, chat.id, [1, 2, 9])).toMatchObject({ message_ids: [1, 2, 9] });
    expect(await chat.unread()).toBe(2);
    await chat.annSocket.send({ type: "chat_message", content: "one more" });
    await chat.annSocket.until("chat_message");
    expect(await chat.unread()).toBe(3);
    await chat.step();
    expect(await markRead(chat.ben, chat.id)).toMatchObject({ message_ids: [3, 8, 10] });
    expect(await chat.unread()).toBe(0);
    const { results } = await getPage(chat.ann, chat.id);
    expect(results.every((message) => message.is_read && message.read_at !== null)).toBe(true);
  });

  test("[C8] [R4] a message keeps the time at which it was first read", async () => {
    const chat = await withMessages(mode, 3);
    await chat.benSocket.send({ type: "mark_read", message_ids: [2] });
    const { read_at } = await chat.annSocket.next("messages_read");
    await chat.benSocket.send({ type: "mark_read" });
    await chat.annSocket.next("messages_read");
    await chat.step();
    const { results } = await getPage(chat.ann, chat.id);
    expect(results.find(({ id }) => id === 2)?.read_at).toBe(read_at);
  });

  test("[C16] [R5] a read over REST reaches sockets like one over a socket, and answers what it turned", async () => {
    const chat = await withMessages(mode, 3);
    await chat.step();
    const answer = await markRead(chat.ben, chat.id, [3, 1]);
    expect(answer.message_ids).toEqual([1, 3]);
    for (const socket of [chat.annSocket, chat.benSocket]) {
      expect(await socket.next("messages_read")).toEqual({ type: "messages_read", ...answer });
    }
    expect((await markRead(chat.ben, chat.id, [1])).message_ids).toEqual([]);
    expect((await markRead(chat.ben, chat.id, [])).message_ids).toEqual([]);
    expect((await markRead(chat.ann, chat.id)).message_ids).toEqual([]);
    await chat.annSocket.expectSilence();
  });

  test("[R8] after an echo or a receipt, page, conversation and list all show it", async () => {
    const chat = await newLiveChat(mode);
    for (let round = 1; round <= 3; round += 1) {
      await chat.annSocket.send({ type: "chat_message", content: `round ${round}` });
      await chat.benSocket.next("chat_message");
      await chat.step();
      const [before] = await listConversations(chat.ben);
      expect(before).toMatchObject({ unread_count: 1, last_message: { id: round, is_read: false } });
      expect((await getPage(chat.ben, chat.id)).results[0]).toMatchObject({ id: round, is_read: false });
      await chat.benSocket.send({ type: "mark_read" });
      await chat.benSocket.next("messages_read");
      await chat.step();
      const [after] = await listConversations(chat.ben);
      expect(after).toMatchObject({ unread_count: 0, last_message: { id: round, is_read: true } });
      expect(await getConversation(chat.ben, chat.id)).toMatchObject({
        unread_count: 0,
        last_message: { is_read: true },
      });
    }
  });

  test("[R4] [R9] pages laid end to end are the history, whichever way they are asked for", async () => {
    const chat = await newChat(mode);
    const socket = await chat.core(chat.ann);
    for (let index = 1; index <= 23; index += 1) {
      socket.sendNow({ type: "chat_message", content: `${index}` });
    }
    await socket.nextOf("chat_message", 23);
    const all = Array.from({ length: 23 }, (_, index) => 23 - index);
    for (const size of [1, 7, 23, 100]) {
      const byPage: number[] = [];
      for (let page = 1; ; page += 1) {
        const { results, has_more, next } = await getPage(
          chat.ben,
          chat.id,
          `page=${page}&page_size=${size}`,
        );
        byPage.push(...results.map(({ id }) => id));
        expect(next === null).toBe(!has_more);
        if (!has_more) break;
        if (page === 1) await chat.step();
      }
      expect(byPage).toEqual(all);
    }
    const { results } = await getPage(chat.ben, chat.id, "before=10&limit=4");
    expect(results.map(({ id }) => id)).toEqual([9, 8, 7, 6]);
    expect((await getPage(chat.ben, chat.id, "page=9&page_size=3")).results).toEqual([]);
  });
});
