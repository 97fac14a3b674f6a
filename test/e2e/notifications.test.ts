/** The notification socket: every message sent to a user, in any conversation. */
import { describe, expect } from "vitest";
import { test } from "../support/e2e/test.ts";

describe.concurrent("notifications", () => {
  test("[N1] a socket without a good token is told so and closed with 4001", async ({ world }) => {
    const user = await world.user();
    const token = world.token(user.id, { exp: 1 });
    for (const query of ["", "?token=", "?token=wrong", `?token=${token}`]) {
      const socket = await user.openPath(`/ws/chat/notifications/${query}`);
      expect((await socket.next("error")).code).toBe("UNAUTHORIZED");
      expect((await socket.closed).code).toBe(4001);
    }
  });

  test("[N2] each of the receiver's sockets gets one new_message, the sender none", async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    const bobs = [await bob.openNotifications(), await bob.openNotifications()];
    const adas = await ada.openNotifications();
    const sent = await ada.say(bob, "hello");
    const expected = {
      type: "new_message",
      conversation_id: id,
      message_id: 1,
      sender_id: ada.id,
      sender_username: `user-${ada.id}`,
      content_preview: "hello",
      timestamp: sent.timestamp,
    };
    for (const socket of bobs) {
      expect(await socket.next("new_message")).toEqual(expected);
      await socket.expectSilence();
    }
    await adas.expectSilence();
  });

  test("[N2] it comes whether or not the conversation is open, from sockets and REST alike", async ({
    world,
  }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    const notifications = await bob.openNotifications();
    adaSocket.send({ type: "chat_message", content: "open, socket" });
    expect(await notifications.next("new_message")).toMatchObject({
      message_id: 1,
      content_preview: "open, socket",
    });
    await ada.say(bob, "open, REST");
    expect(await notifications.next("new_message")).toMatchObject({
      message_id: 2,
      content_preview: "open, REST",
    });
    await bobSocket.close();
    adaSocket.send({ type: "chat_message", content: "shut, socket" });
    expect(await notifications.next("new_message")).toMatchObject({
      message_id: 3,
      content_preview: "shut, socket",
    });
    await ada.say(bob, "shut, REST");
    expect(await notifications.next("new_message")).toMatchObject({
      conversation_id: id,
      message_id: 4,
      content_preview: "shut, REST",
    });
    await notifications.expectSilence();
  });

  test("[N2] it comes from every conversation, a new one's first message included", async ({ world }) => {
    const [ada, ...others] = await Promise.all([world.user(), world.user(), world.user(), world.user()]);
    const notifications = await ada.openNotifications();
    const sent = await Promise.all(others.map((other, index) => other.say(ada, `from ${index}`)));
    const events = await notifications.nextOf("new_message", others.length);
    const got = events.map((event) => [event.conversation_id, event.sender_id, event.content_preview]);
    expect(new Set(got.map((one) => one.join()))).toEqual(
      new Set(sent.map((one) => [one.conversation, one.sender.id, one.content].join())),
    );
    await notifications.expectSilence();
  });

  test("[N2] within a conversation they come in order, none missing, none twice", async ({ world }) => {
    const { bob, adaSocket } = await world.chatting();
    const notifications = [await bob.openNotifications(), await bob.openNotifications()];
    const total = 200;
    for (let number = 1; number <= total; number++) {
      adaSocket.send({ type: "chat_message", content: `message ${number}` });
    }
    for (const socket of notifications) {
      const events = await socket.nextOf("new_message", total);
      expect(events.map((event) => [event.message_id, event.content_preview])).toEqual(
        Array.from({ length: total }, (_, index) => [index + 1, `message ${index + 1}`]),
      );
    }
    await adaSocket.nextOf("chat_message", total);
    for (const socket of notifications) await socket.expectSilence();
  });

  for (const [title, content, preview] of [
    ["a hundred letters whole", "x".repeat(100), "x".repeat(100)],
    ["the first hundred of more letters", `${"x".repeat(100)}y`, "x".repeat(100)],
    ["a hundred emoji whole", "😀".repeat(100), "😀".repeat(100)],
    ["the first hundred of more emoji", "😀".repeat(101), "😀".repeat(100)],
    ["a hundredth character of two halves", `${"x".repeat(99)}😀y`, `${"x".repeat(99)}😀`],
    ["surrounding blanks", `  ${"x".repeat(99)}`, `  ${"x".repeat(98)}`],
  ] as const) {
    test(`[N3] [F5] the preview shows ${title}`, async ({ world }) => {
      const { ada, bob } = await world.pair();
      const notifications = await bob.openNotifications();
      await ada.say(bob, content);
      expect((await notifications.next("new_message")).content_preview).toBe(preview);
    });
  }

  test("[N4] whatever a client sends gets an error, and the socket stays open", async ({ world }) => {
    const { ada, bob } = await world.pair();
    const notifications = await bob.openNotifications();
    const texts = ["", "hello", "{", "null", "[]", "7", '"text"'];
    const objects = [
      {},
      { type: "chat_message", content: "hi" },
      { type: "typing" },
      { type: "mark_read" },
      { type: 7 },
    ];
    const frames = [...texts, ...objects, new Uint8Array([0, 1, 255])];
    for (const frame of frames) {
      notifications.send(frame);
      await notifications.next("error");
    }
    await ada.say(bob, "still there?");
    expect((await notifications.next("new_message")).content_preview).toBe("still there?");
    expect(notifications.isOpen).toBe(true);
  });

  test("[N2] no event but new_message comes, whatever happens in the conversation", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    const [adas, bobs] = [await ada.openNotifications(), await bob.openNotifications()];
    adaSocket.send({ type: "typing" });
    expect((await bobSocket.next("typing")).is_typing).toBe(true);
    await ada.say(bob, "read me");
    expect((await bobs.next("new_message")).message_id).toBe(1);
    await bob.read(id);
    await bobSocket.close();
    await adaSocket.next("chat_message");
    await adaSocket.next("messages_read");
    await adaSocket.next("user_offline");
    await adas.expectSilence();
    await bobs.expectSilence();
  });
});
