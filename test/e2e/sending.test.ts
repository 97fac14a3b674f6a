/** Sending messages over sockets and REST: who gets them, and in which order. */
import { describe, expect } from "vitest";
import { expectBody, expectRefusal } from "../support/e2e/client.ts";
import { message } from "../support/e2e/shapes.ts";
import { test } from "../support/e2e/test.ts";

describe.concurrent("over a socket", () => {
  test("[C3] [C6] a message reaches every socket of the conversation, the sender's own included", async ({
    world,
  }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    const [adaPhone, bobPhone] = [await ada.openChat(id), await bob.openChat(id)];
    await adaPhone.next("user_online");
    await bobPhone.next("user_online");
    adaSocket.send({ type: "chat_message", content: "hello" });
    const echo = await adaSocket.next("chat_message");
    expect(echo).toMatchObject({
      message_id: 1,
      conversation_id: id,
      content: "hello",
      sender_id: ada.id,
      sender_username: `user-${ada.id}`,
    });
    for (const socket of [adaPhone, bobSocket, bobPhone])
      expect(await socket.next("chat_message")).toEqual(echo);
    for (const socket of [adaSocket, adaPhone, bobSocket, bobPhone]) await socket.expectSilence();
    const [stored] = (await bob.messages(id)).results;
    expect(stored).toMatchObject({
      id: 1,
      content: "hello",
      timestamp: echo.timestamp,
      is_read: false,
      read_at: null,
    });
  });

  test("[C3] a message reaches no other conversation", async ({ world }) => {
    const { ada, bob, adaSocket, bobSocket } = await world.chatting();
    const cleo = await world.user();
    const { id: other } = await ada.start(cleo);
    const [adaElsewhere, cleoSocket] = [await ada.openChat(other), await cleo.openChat(other)];
    await adaElsewhere.next("user_online");
    await cleoSocket.next("user_online");
    bobSocket.send({ type: "chat_message", content: "for ada" });
    expect((await adaSocket.next("chat_message")).sender_id).toBe(bob.id);
    await adaElsewhere.expectSilence();
    await cleoSocket.expectSilence();
  });

  test("[C12] at the echo the message is stored", async ({ world }) => {
    const { ada, bob, id, adaSocket } = await world.chatting();
    for (const content of ["one", "two", "three"]) {
      adaSocket.send({ type: "chat_message", content });
      const { message_id: messageId } = await adaSocket.next("chat_message");
      for (const user of [ada, bob]) {
        expect((await user.messages(id)).results[0]).toMatchObject({ id: messageId, content });
      }
    }
  });

  test("[C13] [C17] all sockets see one order, that of the ids 1, 2, 3, … and of history", async ({
    world,
  }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    const others = [await ada.openChat(id), await bob.openChat(id)];
    for (const socket of others) await socket.next("user_online");
    const sockets = [adaSocket, bobSocket, ...others];
    const each = 40;
    const total = each * sockets.length;
    for (let turn = 0; turn < each; turn++) {
      for (const [index, socket] of sockets.entries()) {
        socket.send({ type: "chat_message", content: `socket ${index}, message ${turn}` });
      }
    }
    const seen = await Promise.all(sockets.map((socket) => socket.nextOf("chat_message", total)));
    const [first = []] = seen;
    expect(first.map((event) => event.message_id)).toEqual(
      Array.from({ length: total }, (_, index) => index + 1),
    );
    for (const events of seen) expect(events).toEqual(first);
    const pages = [await bob.messages(id, "page_size=100"), await bob.messages(id, "page=2&page_size=100")];
    const history = pages.flatMap((page) => page.results).reverse();
    expect(history.map((one) => [one.id, one.content])).toEqual(
      first.map((one) => [one.message_id, one.content]),
    );
    for (const index of sockets.keys()) {
      const own = first.filter((event) => event.content.startsWith(`socket ${index},`));
      expect(own.map((event) => event.content)).toEqual(
        Array.from({ length: each }, (_, turn) => `socket ${index}, message ${turn}`),
      );
    }
  });
});

describe.concurrent("over REST", () => {
  test("[R6] sending starts the conversation, then goes on in it", async ({ world }) => {
    const [ada, bob] = await Promise.all([world.user({ username: "ada" }), world.user({ username: "bob" })]);
    const first = await ada.say(bob, "hello");
    expect(first).toMatchObject({ id: 1, content: "hello", is_read: false, read_at: null, type: "sent" });
    expect(first.sender).toMatchObject({ id: ada.id, username: "ada", avatar: null });
    const reply = await bob.say(ada, "hello yourself");
    expect(reply).toMatchObject({ id: 2, conversation: first.conversation, type: "sent" });
    expect((await ada.messages(first.conversation)).results).toEqual([{ ...reply, type: "received" }, first]);
  });

  test("[R6] [R3] twenty sends at once to someone new share one conversation", async ({ world }) => {
    const [ada, bob] = await Promise.all([world.user(), world.user()]);
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, turn) => (turn % 2 ? ada.say(bob, `${turn}`) : bob.say(ada, `${turn}`))),
    );
    expect(new Set(sent.map((one) => one.conversation)).size).toBe(1);
    expect(sent.map((one) => one.id).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, turn) => turn + 1),
    );
  });

  test("[C16] [R6] a message reaches sockets exactly like one sent over a socket", async ({ world }) => {
    const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
    adaSocket.send({ type: "chat_message", content: "over the socket" });
    const overSocket = await adaSocket.next("chat_message");
    expect(await bobSocket.next("chat_message")).toEqual(overSocket);
    const sent = await ada.say(bob, "over REST");
    const expected = {
      ...overSocket,
      message_id: 2,
      content: "over REST",
      timestamp: sent.timestamp,
      conversation_id: id,
    };
    expect(await adaSocket.next("chat_message")).toEqual(expected);
    expect(await bobSocket.next("chat_message")).toEqual(expected);
  });

  test("[F6] recipient_id may be a numeric string", async ({ world }) => {
    const [ada, bob] = await Promise.all([world.user(), world.user()]);
    const answer = await ada.post("send/", { recipient_id: String(bob.id), content: "hi" });
    expect(expectBody(answer, 201, message).content).toBe("hi");
    expect(await bob.conversations()).toHaveLength(1);
  });

  test("[E1] [F6] a missing or malformed field, or oneself, is 400 and stores nothing", async ({ world }) => {
    const [ada, bob] = await Promise.all([world.user(), world.user()]);
    const bodies = [
      {},
      { content: "hi" },
      { recipient_id: bob.id },
      { recipient_id: bob.id, content: null },
      { recipient_id: bob.id, content: 7 },
      { recipient_id: bob.id, content: true },
      { recipient_id: bob.id, content: ["hi"] },
      { recipient_id: bob.id, content: { text: "hi" } },
      { recipient_id: null, content: "hi" },
      { recipient_id: "bob", content: "hi" },
      { recipient_id: 1.5, content: "hi" },
      { recipient_id: true, content: "hi" },
      { recipient_id: [bob.id], content: "hi" },
      { recipient_id: ada.id, content: "hi" },
      { recipient_id: String(ada.id), content: "hi" },
    ];
    for (const body of bodies) expectRefusal(await ada.post("send/", body), 400, "VALIDATION_ERROR");
    expectRefusal(
      await ada.post("send/", { recipient_id: world.stranger().id, content: "hi" }),
      404,
      "NOT_FOUND",
    );
    expect(await ada.conversations()).toEqual([]);
    expect(await bob.conversations()).toEqual([]);
  });

  test("[E6] a body is read as JSON whatever its Content-Type", async ({ world }) => {
    const [ada, bob] = await Promise.all([world.user(), world.user()]);
    const types = [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "image/png",
      "",
    ];
    for (const type of [...types, undefined]) {
      const answer = await ada.request("/api/chat/send/", {
        method: "POST",
        headers: type === undefined ? {} : { "Content-Type": type },
        body: JSON.stringify({ recipient_id: bob.id, content: `as ${type}` }),
      });
      expect(expectBody(answer, 201, message).content).toBe(`as ${type}`);
    }
  });
});
