/** Who is shown to be there, with several sockets per user. */
import { describe, expect } from "vitest";
import { test } from "../support/e2e/test.ts";

describe.concurrent("presence", () => {
  test("[C9] the first socket is announced to the others, and learns who is there", async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    const adaSocket = await ada.openChat(id);
    await adaSocket.expectSilence();
    const bobSocket = await bob.openChat(id);
    expect(await adaSocket.next("user_online")).toEqual({
      type: "user_online",
      user_id: bob.id,
      username: `user-${bob.id}`,
    });
    expect(await bobSocket.next("user_online")).toEqual({
      type: "user_online",
      user_id: ada.id,
      username: `user-${ada.id}`,
    });
    await adaSocket.expectSilence();
    await bobSocket.expectSilence();
  });

  test("[C9] [C10] further sockets are not announced, but learn who is there, once a user", async ({
    world,
  }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    const adaPhone = await ada.openChat(id);
    expect((await adaPhone.next("user_online")).user_id).toBe(bob.id);
    await adaPhone.expectSilence();
    const bobPhone = await bob.openChat(id);
    // Ada is there twice over.
    expect((await bobPhone.next("user_online")).user_id).toBe(ada.id);
    await bobPhone.expectSilence();
    for (const socket of [adaSocket, adaPhone, bobSocket]) await socket.expectSilence();
  });

  test("[C9] a user's own first socket tells that user's other sockets nothing", async ({ world }) => {
    const { ada, id } = await world.pair();
    const [one, two] = [await ada.openChat(id), await ada.openChat(id)];
    await two.expectSilence();
    await one.expectSilence();
    await two.close();
    await one.expectSilence();
  });

  test("[C10] the others hear of the last socket's end alone, however it ends", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    for (const end of ["close", "terminate"] as const) {
      const bobPhone = await bob.openChat(id);
      expect((await bobPhone.next("user_online")).user_id).toBe(ada.id);
      void bobPhone[end]();
      await bobPhone.closed;
      bobSocket.send({ type: "chat_message", content: "still here" });
      await bobSocket.next("chat_message");
      expect((await adaSocket.next("chat_message")).content).toBe("still here");
    }
    bobSocket.terminate();
    expect(await adaSocket.next("user_offline")).toEqual({
      type: "user_offline",
      user_id: bob.id,
      username: `user-${bob.id}`,
    });
    await adaSocket.expectSilence();
  });

  test("[C9] [C10] coming back is announced anew", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    let current = bobSocket;
    for (let turn = 0; turn < 3; turn++) {
      await current.close();
      expect((await adaSocket.next("user_offline")).user_id).toBe(bob.id);
      current = await bob.openChat(id);
      expect((await adaSocket.next("user_online")).user_id).toBe(bob.id);
      expect((await current.next("user_online")).user_id).toBe(ada.id);
    }
    await adaSocket.expectSilence();
  });

  test("[C9] nobody is there for who comes after the other has left", async ({ world }) => {
    const { ada, id, adaSocket, bobSocket } = await world.chatting();
    await bobSocket.close();
    await adaSocket.next("user_offline");
    const adaPhone = await ada.openChat(id);
    await adaPhone.expectSilence();
  });

  test("[C9] [C10] presence is of the conversation, not of the server", async ({ world }) => {
    const { ada, bob, adaSocket, bobSocket } = await world.chatting();
    const cleo = await world.user();
    const { id: other } = await bob.start(cleo);
    const cleoSocket = await cleo.openChat(other);
    await cleoSocket.expectSilence();
    const bobElsewhere = await bob.openChat(other);
    expect((await cleoSocket.next("user_online")).user_id).toBe(bob.id);
    expect((await bobElsewhere.next("user_online")).user_id).toBe(cleo.id);
    await bobElsewhere.close();
    expect((await cleoSocket.next("user_offline")).user_id).toBe(bob.id);
    await bobSocket.expectSilence();
    await adaSocket.expectSilence();
    const notifications = await ada.openNotifications();
    await notifications.expectSilence();
    await adaSocket.expectSilence();
    await bobSocket.expectSilence();
  });

  test("[C9] two first sockets at the same moment learn of each other", async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    const [adaSocket, bobSocket] = await Promise.all([ada.openChat(id), bob.openChat(id)]);
    expect((await adaSocket.next("user_online")).user_id).toBe(bob.id);
    expect((await bobSocket.next("user_online")).user_id).toBe(ada.id);
    await adaSocket.expectSilence();
    await bobSocket.expectSilence();
  });
});
