/** Marking messages as read, over sockets and REST. */
import { describe, expect } from "vitest";
import { expectRefusal } from "../support/e2e/client.ts";
import { test } from "../support/e2e/test.ts";
import type { World } from "../support/e2e/world.ts";

/** A chatting pair in which Ada has sent messages 1 to 4 and Bob message 5, all of them seen by both sockets. */
async function withMessages(world: World) {
  const chat = await world.chatting();
  for (const content of ["one", "two", "three", "four"]) await chat.ada.say(chat.bob, content);
  await chat.bob.say(chat.ada, "five");
  await Promise.all([chat.adaSocket, chat.bobSocket].map((socket) => socket.nextOf("chat_message", 5)));
  return chat;
}

function ascending(ids: readonly number[]): number[] {
  return ids.toSorted((a, b) => a - b);
}

describe.concurrent("over a socket", () => {
  test("[C5] [C8] everyone is told which messages became read, by whom and when", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await withMessages(world);
    const bobPhone = await bob.openChat(id);
    await bobPhone.next("user_online");
    bobSocket.send({ type: "mark_read", message_ids: [1, 3] });
    const event = await adaSocket.next("messages_read");
    expect(event.read_by).toBe(bob.id);
    expect(ascending(event.message_ids)).toEqual([1, 3]);
    expect(await bobSocket.next("messages_read")).toEqual(event);
    expect(await bobPhone.next("messages_read")).toEqual(event);
    for (const viewer of [ada, bob]) {
      const { results } = await viewer.messages(id);
      expect(results.map((one) => [one.id, one.is_read, one.read_at])).toEqual([
        [5, false, null],
        [4, false, null],
        [3, true, event.read_at],
        [2, false, null],
        [1, true, event.read_at],
      ]);
    }
    expect((await bob.listed(id)).unread_count).toBe(2);
  });

  test("[C5] ids that are unknown, one's own, repeated or read before are passed over", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await withMessages(world);
    bobSocket.send({ type: "mark_read", message_ids: [2] });
    const first = await adaSocket.next("messages_read");
    expect(first.message_ids).toEqual([2]);
    bobSocket.send({ type: "mark_read", message_ids: [2, 4, 4, 5, 6, 999_999, 0, -1] });
    const second = await adaSocket.next("messages_read");
    expect(second.message_ids).toEqual([4]);
    expect(await bobSocket.nextOf("messages_read", 2)).toEqual([first, second]);
    const [, , , two] = (await ada.messages(id)).results;
    expect(two).toMatchObject({ id: 2, read_at: first.read_at });
    expect((await ada.listed(id)).unread_count).toBe(1);
    expect((await bob.listed(id)).unread_count).toBe(2);
  });

  test("[C5] there is no event where nothing becomes read", async ({ world }) => {
    const { adaSocket, bobSocket } = await withMessages(world);
    bobSocket.send({ type: "mark_read", message_ids: [1, 2, 3, 4] });
    await adaSocket.next("messages_read");
    await bobSocket.next("messages_read");
    for (const frame of [
      { message_ids: [1, 2] },
      { message_ids: [5] },
      { message_ids: [77] },
      { message_ids: [] },
      {},
    ]) {
      bobSocket.send({ type: "mark_read", ...frame });
    }
    bobSocket.send({ type: "chat_message", content: "fence" });
    expect((await bobSocket.next("chat_message")).content).toBe("fence");
    expect((await adaSocket.next("chat_message")).content).toBe("fence");
  });

  test("[C5] without message_ids all are read, one's own aside", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await withMessages(world);
    bobSocket.send({ type: "mark_read" });
    const event = await adaSocket.next("messages_read");
    expect(ascending(event.message_ids)).toEqual([1, 2, 3, 4]);
    expect((await bob.listed(id)).unread_count).toBe(0);
    expect((await ada.listed(id)).unread_count).toBe(1);
    adaSocket.send({ type: "mark_read" });
    expect(await adaSocket.next("messages_read")).toMatchObject({ message_ids: [5], read_by: ada.id });
  });

  test("[C5] a list of no ids reads none", async ({ world }) => {
    const { bob, id, bobSocket } = await withMessages(world);
    bobSocket.send({ type: "mark_read", message_ids: [] });
    await bobSocket.expectSilence();
    expect((await bob.listed(id)).unread_count).toBe(4);
  });

  test("[C5] a thousand ids at once are taken", async ({ world }) => {
    const { bob, id } = await world.pairWithHistory(150);
    const socket = await bob.openChat(id);
    socket.send({ type: "mark_read", message_ids: Array.from({ length: 1000 }, (_, index) => index + 1) });
    expect((await socket.next("messages_read")).message_ids).toHaveLength(150);
    expect((await bob.listed(id)).unread_count).toBe(0);
  });

  test("[F6] [C14] message_ids are integers and nothing else", async ({ world }) => {
    const { bob, id, adaSocket, bobSocket } = await withMessages(world);
    for (const ids of ["1", 1, ["1"], [1.5], [null], [true], [[1]], [{ id: 1 }], [1, "2"], { 0: 1 }]) {
      bobSocket.send({ type: "mark_read", message_ids: ids });
      expect((await bobSocket.next("error")).code).toBe("VALIDATION_ERROR");
    }
    await adaSocket.expectSilence();
    expect((await bob.listed(id)).unread_count).toBe(4);
  });
});

describe.concurrent("over REST", () => {
  test("[R5] [C16] the answer names what this call turned to read, and sockets hear of it", async ({
    world,
  }) => {
    const { bob, id, adaSocket, bobSocket } = await withMessages(world);
    const receipt = await bob.read(id, [1, 2]);
    expect(receipt.read_by).toBe(bob.id);
    expect(ascending(receipt.message_ids)).toEqual([1, 2]);
    const event = await adaSocket.next("messages_read");
    expect(event).toMatchObject({ read_by: bob.id, read_at: receipt.read_at });
    expect(ascending(event.message_ids)).toEqual([1, 2]);
    expect(await bobSocket.next("messages_read")).toEqual(event);
    const two = (await bob.messages(id)).results.find((one) => one.id === 2);
    expect(two).toMatchObject({ is_read: true, read_at: receipt.read_at });
  });

  test("[R5] ids that are unknown, one's own or read before are passed over", async ({ world }) => {
    const { bob, id, adaSocket, bobSocket } = await withMessages(world);
    await bob.read(id, [3]);
    expect((await bob.read(id, [3, 4, 5, 1000])).message_ids).toEqual([4]);
    expect(await bob.read(id, [3, 4, 5, 1000])).toMatchObject({ message_ids: [], read_by: bob.id });
    expect((await adaSocket.nextOf("messages_read", 2)).map((event) => event.message_ids)).toEqual([
      [3],
      [4],
    ]);
    await bobSocket.nextOf("messages_read", 2);
    await bobSocket.expectSilence();
    await adaSocket.expectSilence();
  });

  test("[R5] without message_ids all are read, with [] none", async ({ world }) => {
    const { ada, bob, id } = await withMessages(world);
    expect((await bob.read(id, [])).message_ids).toEqual([]);
    expect((await bob.listed(id)).unread_count).toBe(4);
    expect(ascending((await bob.read(id)).message_ids)).toEqual([1, 2, 3, 4]);
    expect((await bob.read(id)).message_ids).toEqual([]);
    expect((await bob.listed(id)).unread_count).toBe(0);
    expect((await ada.listed(id)).unread_count).toBe(1);
  });

  test("[R5] two calls at once turn each message to read in one of them", async ({ world }) => {
    const { bob, id } = await world.pairWithHistory(10);
    const receipts = await Promise.all([bob.read(id), bob.read(id), bob.read(id)]);
    expect(ascending(receipts.flatMap((receipt) => receipt.message_ids))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  test("[E1] [F6] message_ids are integers and nothing else", async ({ world }) => {
    const { bob, id } = await withMessages(world);
    for (const ids of ["1", 1, ["1"], [1.5], [null], [true], [[1]], [{ id: 1 }], { 0: 1 }]) {
      expectRefusal(
        await bob.post(`conversations/${id}/read/`, { message_ids: ids }),
        400,
        "VALIDATION_ERROR",
      );
    }
    expect((await bob.listed(id)).unread_count).toBe(4);
  });
});
