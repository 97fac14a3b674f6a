/** Who is shown to be typing, and until when. */
import { describe, expect } from "vitest";
import { test } from "../support/e2e/test.ts";

describe.concurrent("typing", () => {
  test("[C4] [C7] reaches the others' sockets only, and so does its end", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    const [adaPhone, bobPhone] = [await ada.openChat(id), await bob.openChat(id)];
    await adaPhone.next("user_online");
    await bobPhone.next("user_online");
    for (const [type, isTyping] of [
      ["typing", true],
      ["stop_typing", false],
    ] as const) {
      adaSocket.send({ type });
      const expected = { type: "typing", user_id: ada.id, username: `user-${ada.id}`, is_typing: isTyping };
      expect(await bobSocket.next("typing")).toEqual(expected);
      expect(await bobPhone.next("typing")).toEqual(expected);
      await adaSocket.expectSilence();
      await adaPhone.expectSilence();
    }
  });

  test("[C4] a repeated typing is passed on again", async ({ world }) => {
    const { adaSocket, bobSocket } = await world.chatting();
    for (let turn = 0; turn < 3; turn++) adaSocket.send({ type: "typing" });
    const events = await bobSocket.nextOf("typing", 3);
    expect(events.map((event) => event.is_typing)).toEqual([true, true, true]);
    await bobSocket.expectSilence();
  });

  test("[C4] a stop_typing without typing is not passed on", async ({ world }) => {
    const { adaSocket, bobSocket } = await world.chatting();
    adaSocket.send({ type: "stop_typing" });
    adaSocket.send({ type: "typing" });
    adaSocket.send({ type: "stop_typing" });
    adaSocket.send({ type: "stop_typing" });
    adaSocket.send({ type: "chat_message", content: "fence" });
    const events = await bobSocket.nextOf("typing", 2);
    expect(events.map((event) => event.is_typing)).toEqual([true, false]);
    expect((await bobSocket.next("chat_message")).content).toBe("fence");
  });

  test("[C4] a message sent while typing ends it, false first", async ({ world }) => {
    const { ada, adaSocket, bobSocket } = await world.chatting();
    adaSocket.send({ type: "typing" });
    adaSocket.send({ type: "chat_message", content: "done" });
    adaSocket.send({ type: "stop_typing" });
    adaSocket.send({ type: "chat_message", content: "and again" });
    expect((await bobSocket.next("typing")).is_typing).toBe(true);
    expect(await bobSocket.next("typing")).toMatchObject({ user_id: ada.id, is_typing: false });
    expect((await bobSocket.next("chat_message")).content).toBe("done");
    expect((await bobSocket.next("chat_message")).content).toBe("and again");
    expect((await adaSocket.next("chat_message")).content).toBe("done");
    expect((await adaSocket.next("chat_message")).content).toBe("and again");
  });

  test("[C4] the other's message does not end it", async ({ world }) => {
    const { adaSocket, bobSocket } = await world.chatting();
    adaSocket.send({ type: "typing" });
    expect((await bobSocket.next("typing")).is_typing).toBe(true);
    bobSocket.send({ type: "chat_message", content: "wait" });
    await bobSocket.next("chat_message");
    await adaSocket.next("chat_message");
    adaSocket.send({ type: "stop_typing" });
    expect((await bobSocket.next("typing")).is_typing).toBe(false);
  });

  for (const [title, end] of [
    ["closes", "close"],
    ["is cut off", "terminate"],
  ] as const) {
    test(`[C15] a user whose typing socket ${title} is shown to have stopped`, async ({ world }) => {
      const { ada, id, adaSocket, bobSocket } = await world.chatting();
      const adaPhone = await ada.openChat(id);
      await adaPhone.next("user_online");
      adaPhone.send({ type: "typing" });
      expect((await bobSocket.next("typing")).is_typing).toBe(true);
      void adaPhone[end]();
      expect(await bobSocket.next("typing")).toMatchObject({ user_id: ada.id, is_typing: false });
      await bobSocket.expectSilence();
      await adaSocket.expectSilence();
    });
  }

  test("[C15] [C10] it stops with the last socket too, beside user_offline", async ({ world }) => {
    const { ada, adaSocket, bobSocket } = await world.chatting();
    adaSocket.send({ type: "typing" });
    expect((await bobSocket.next("typing")).is_typing).toBe(true);
    adaSocket.terminate();
    const first = await bobSocket.peek();
    const stopped = first === "typing" ? await bobSocket.next("typing") : undefined;
    expect((await bobSocket.next("user_offline")).user_id).toBe(ada.id);
    expect(stopped ?? (await bobSocket.next("typing"))).toMatchObject({ user_id: ada.id, is_typing: false });
    await bobSocket.expectSilence();
  });

  test("[C15] a user stays typing while another of their sockets types", async ({ world }) => {
    const { ada, id, adaSocket, bobSocket } = await world.chatting();
    const adaPhone = await ada.openChat(id);
    await adaPhone.next("user_online");
    adaSocket.send({ type: "typing" });
    adaPhone.send({ type: "typing" });
    await bobSocket.nextOf("typing", 2);
    await adaPhone.close();
    await adaSocket.expectSilence();
    await bobSocket.expectSilence();
    adaSocket.send({ type: "stop_typing" });
    expect((await bobSocket.next("typing")).is_typing).toBe(false);
  });

  test("[C15] a socket that does not type ends quietly", async ({ world }) => {
    const { ada, id, adaSocket, bobSocket } = await world.chatting();
    const adaPhone = await ada.openChat(id);
    await adaPhone.next("user_online");
    adaPhone.send({ type: "typing" });
    adaPhone.send({ type: "stop_typing" });
    await bobSocket.nextOf("typing", 2);
    await adaPhone.close();
    adaSocket.send({ type: "chat_message", content: "fence" });
    expect((await bobSocket.next("chat_message")).content).toBe("fence");
  });
});
