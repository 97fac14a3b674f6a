/** Sockets that nobody uses for longer than the platform keeps an idle object in memory: they stay, and still work. */
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect } from "vitest";
import { startServer } from "../support/e2e/server.ts";
import { test } from "../support/e2e/test.ts";
import { until } from "../support/e2e/until.ts";
import { World } from "../support/e2e/world.ts";

/** The platform evicts an object after ten idle seconds; there is no event to wait for, idleness is the point. */
const IDLE_MS = 13_000;

describe.concurrent("after a long idle time", () => {
  test("[C3] [C5] [N2] sockets are open and messages, receipts and notifications flow", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    const notifications = await bob.openNotifications();
    adaSocket.send({ type: "chat_message", content: "before" });
    for (const socket of [adaSocket, bobSocket]) await socket.next("chat_message");
    await notifications.next("new_message");
    await delay(IDLE_MS);
    expect([adaSocket.isOpen, bobSocket.isOpen, notifications.isOpen]).toEqual([true, true, true]);
    bobSocket.send({ type: "chat_message", content: "after" });
    expect(await adaSocket.next("chat_message")).toMatchObject({ message_id: 2, sender_id: bob.id });
    expect((await bobSocket.next("chat_message")).content).toBe("after");
    bobSocket.send({ type: "mark_read" });
    expect((await adaSocket.next("messages_read")).message_ids).toEqual([1]);
    expect((await bobSocket.next("messages_read")).read_by).toBe(bob.id);
    await ada.say(bob, "over REST");
    expect((await notifications.next("new_message")).message_id).toBe(3);
    expect((await bob.messages(id)).count).toBe(3);
  });

  test("[C9] [C10] presence is still known", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    await delay(IDLE_MS);
    const adaPhone = await ada.openChat(id);
    expect((await adaPhone.next("user_online")).user_id).toBe(bob.id);
    await adaPhone.close();
    await bobSocket.expectSilence();
    await bobSocket.close();
    expect((await adaSocket.next("user_offline")).user_id).toBe(bob.id);
  });

  test("[C15] [C4] typing is still known, and ends with its socket", async ({ world }) => {
    const { ada, id, adaSocket, bobSocket } = await world.chatting();
    const adaPhone = await ada.openChat(id);
    await adaPhone.next("user_online");
    adaPhone.send({ type: "typing" });
    expect((await bobSocket.next("typing")).is_typing).toBe(true);
    await delay(IDLE_MS);
    await adaPhone.close();
    expect(await bobSocket.next("typing")).toMatchObject({ user_id: ada.id, is_typing: false });
    await bobSocket.expectSilence();
    await adaSocket.expectSilence();
  });
});

test(
  "[C3] [C9] a quiet room is out of memory after 10 s, and its sockets are alive",
  { timeout: 90_000 },
  async () => {
    const server = await startServer({ logLevel: "info" });
    try {
      const world = new World(server);
      const { ada, id, adaSocket, bobSocket } = await world.chatting();
      const woken = () => server.output().split('"event":"room_woke"').length - 1;
      expect(woken()).toBe(0);
      await delay(IDLE_MS);
      // The runtime answers a ping for a room that sleeps, and lets it sleep on.
      await adaSocket.ping();
      expect([adaSocket.isOpen, bobSocket.isOpen, woken()]).toEqual([true, true, 0]);
      adaSocket.send({ type: "chat_message", content: "wake up" });
      expect((await bobSocket.next("chat_message")).sender_id).toBe(ada.id);
      // Its memory was gone: the object was made anew, from its storage and the sockets' attachments.
      await until("the room to say that it woke", () => (woken() === 1 ? true : undefined));
      expect(server.output()).toMatch(new RegExp(`"conversation":"${id}","sockets":2`));
      world.end();
    } finally {
      await server.stop();
    }
  },
);
