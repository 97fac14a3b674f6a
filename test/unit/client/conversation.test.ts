import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ADA, answer, CONVERSATION, GRACE } from "./support/fake-server.ts";
import { contents, ids, liveConversation, pass, settle, statuses } from "./support/setup.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function posts(count: number, senderId = GRACE) {
  return (server: { post(senderId: number, content: string): unknown }) => {
    for (let number = 1; number <= count; number++) server.post(senderId, `m${number}`);
  };
}

describe("history", () => {
  it("opens with the newest page and resumes from its version", async () => {
    const { server, conversation } = await liveConversation({}, posts(3));
    expect(conversation.getSnapshot()).toMatchObject({
      connection: "live",
      loaded: true,
      me: ADA,
      unreadCount: 3,
      hasOlder: false,
    });
    expect(contents(conversation)).toEqual(["m1", "m2", "m3"]);
    expect(server.socket.since).toBe(3);
    expect(server.socket.url.pathname).toBe(`/ws/chat/${CONVERSATION}/`);
  });

  it("pages backwards without gaps or doubles, whatever arrives meanwhile", async () => {
    const { server, conversation } = await liveConversation({}, posts(120));
    expect(ids(conversation)).toEqual(Array.from({ length: 50 }, (_, at) => at + 71));
    const loading = conversation.loadOlder();
    expect(conversation.loadOlder()).toBe(loading);
    expect(conversation.getSnapshot().loadingOlder).toBe(true);
    server.post(GRACE, "m121");
    await settle();
    await loading;
    expect(ids(conversation)).toEqual(Array.from({ length: 101 }, (_, at) => at + 21));
    void conversation.loadOlder();
    await settle();
    expect(ids(conversation)).toEqual(Array.from({ length: 121 }, (_, at) => at + 1));
    expect(conversation.getSnapshot()).toMatchObject({ hasOlder: false, loadingOlder: false });
    await conversation.loadOlder();
  });

  it("recognises in it a message that an earlier visit left unanswered", async () => {
    const { server, conversation } = await liveConversation({ random: () => 0 });
    const key = conversation.send("mine");
    await pass(6);
    server.cutAll();
    server.oldestCursor = 1;
    for (let number = 2; number <= 60; number++) server.post(GRACE, `m${number}`);
    server.refusals.push({ code: "RATE_LIMITED", message: "Later." });
    await pass(200);
    expect(conversation.getSnapshot().messages.at(-1)).toMatchObject({ key, status: "sending" });
    void conversation.loadOlder();
    await settle();
    expect(conversation.getSnapshot().messages[0]).toMatchObject({ key, id: 1 });
    expect(ids(conversation)).toHaveLength(60);
  });

  it("tells of a page that could not be loaded, and loads it the next time", async () => {
    const { server, conversation } = await liveConversation({}, posts(60));
    server.answers.push(() =>
      answer(503, { code: "UNAVAILABLE", message: "Later." }, { "Retry-After": "2" }),
    );
    const failure = conversation.loadOlder().catch((error: unknown) => error);
    await settle();
    expect(await failure).toMatchObject({
      code: "UNAVAILABLE",
      status: 503,
      retryAfterMs: 2000,
      mayHaveBeenStored: false,
    });
    void conversation.loadOlder();
    await settle();
    expect(ids(conversation)).toHaveLength(60);
  });
});

describe("resuming", () => {
  it("gets what it missed, in order, and keeps what it has", async () => {
    const { server, conversation } = await liveConversation({}, posts(2));
    server.cutAll();
    for (const content of ["m3", "m4", "m5"]) server.post(GRACE, content);
    await pass(1_000);
    expect(contents(conversation)).toEqual(["m1", "m2", "m3", "m4", "m5"]);
    expect(server.socket.since).toBe(2);
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", unreadCount: 5 });
    expect(server.requests).toHaveLength(1);
  });

  it("learns of reads that it missed, and counts what is left", async () => {
    const { server, conversation } = await liveConversation({}, (room) => {
      posts(4)(room);
      room.post(ADA, "m5");
    });
    server.cutAll();
    server.read(ADA, [1, 2]);
    server.read(GRACE, [5]);
    server.post(GRACE, "m6");
    await pass(1_000);
    expect(conversation.getSnapshot().unreadCount).toBe(3);
    expect(statuses(conversation)).toEqual(["read", "read", "delivered", "delivered", "read", "delivered"]);
  });

  it("counts anew where messages that it does not hold were read elsewhere", async () => {
    const { server, conversation } = await liveConversation({}, posts(80));
    server.cutAll();
    server.read(ADA, [1, 2, 40, 79]);
    await pass(1_000);
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", unreadCount: 76 });
  });

  it("after a resync keeps what joins on to the newest page and was read", async () => {
    const { server, conversation } = await liveConversation({}, posts(60));
    server.read(
      ADA,
      Array.from({ length: 30 }, (_, at) => at + 1),
    );
    await settle();
    server.cutAll();
    server.read(ADA, [31, 33]);
    for (let number = 61; number <= 100; number++) server.post(GRACE, `m${number}`);
    server.oldestCursor = server.version;
    await pass(1_000);
    // Of what comes before the page, only 1 to 31 and 33 are read.
    expect(ids(conversation)).toEqual(Array.from({ length: 50 }, (_, at) => at + 51));
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", unreadCount: 68 });

    conversation.markRead();
    await pass(300);
    server.cutAll();
    for (let number = 101; number <= 110; number++) server.post(GRACE, `m${number}`);
    server.oldestCursor = server.version;
    await pass(2_000);
    expect(ids(conversation)).toEqual(Array.from({ length: 60 }, (_, at) => at + 51));
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", unreadCount: 10 });
  });

  it("after a resync drops the older part where there would be a hole", async () => {
    const { server, conversation } = await liveConversation({}, posts(5));
    server.cutAll();
    for (let number = 6; number <= 70; number++) server.post(GRACE, `m${number}`);
    server.oldestCursor = server.version;
    await pass(1_000);
    expect(ids(conversation)).toEqual(Array.from({ length: 50 }, (_, at) => at + 21));
    expect(conversation.getSnapshot().hasOlder).toBe(true);
  });

  it("drops it too where all of it was read", async () => {
    const { server, conversation } = await liveConversation({}, posts(60));
    server.read(
      ADA,
      Array.from({ length: 60 }, (_, at) => at + 1),
    );
    await settle();
    server.cutAll();
    for (let number = 61; number <= 170; number++) server.post(GRACE, `m${number}`);
    server.oldestCursor = server.version;
    await pass(1_000);
    expect(ids(conversation)).toEqual(Array.from({ length: 50 }, (_, at) => at + 121));
  });

  it("takes events that arrive while it refetches, once", async () => {
    const { server, conversation } = await liveConversation({}, posts(2));
    server.cutAll();
    server.post(GRACE, "m3");
    server.oldestCursor = server.version;
    while (server.sockets.length === 1) await pass(1);
    for (let number = 4; number <= 20; number++) {
      server.post(GRACE, `m${number}`);
      server.read(ADA, [number]);
      await pass(1);
    }
    await settle();
    expect(ids(conversation)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", unreadCount: 3 });
    expect(server.sockets).toHaveLength(2);
  });

  it("starts over where the server has lost its data", async () => {
    const { server, conversation } = await liveConversation({}, posts(5));
    server.cutAll();
    server.messages.length = 0;
    server.version = 0;
    server.post(ADA, "anew");
    await pass(1_000);
    expect(contents(conversation)).toEqual(["anew"]);
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", unreadCount: 0 });
  });

  it("connects anew from its cursor where an event is missing", async () => {
    const { server, conversation } = await liveConversation({}, posts(2));
    const { socket } = server;
    socket.isDead = true;
    server.post(GRACE, "m3");
    await settle();
    socket.isDead = false;
    server.post(GRACE, "m4");
    await pass(1_000);
    expect(contents(conversation)).toEqual(["m1", "m2", "m3", "m4"]);
    expect(server.sockets).toHaveLength(2);
    expect(server.socket.since).toBe(2);
  });

  it("notices a missing message by the version of a read", async () => {
    const { server, conversation } = await liveConversation({}, (room) => room.post(ADA, "m1"));
    server.socket.isDead = true;
    server.post(GRACE, "m2");
    await settle();
    server.socket.isDead = false;
    server.read(GRACE, [1]);
    await pass(1_000);
    expect(contents(conversation)).toEqual(["m1", "m2"]);
    expect(statuses(conversation)).toEqual(["read", "delivered"]);
    expect(server.sockets).toHaveLength(2);
  });

  it("notices a missing read by the version of the next event, whatever that is", async () => {
    const { server, conversation } = await liveConversation({}, (room) => room.post(ADA, "m1"));
    server.socket.isDead = true;
    server.read(GRACE, [1]);
    await settle();
    server.socket.isDead = false;
    server.tellAll({ type: "typing", user_id: GRACE, username: "grace", is_typing: true });
    await pass(1_000);
    expect(statuses(conversation)).toEqual(["read"]);
  });
});

describe("reading", () => {
  it("tells the server in batches, of nothing that is read or one's own", async () => {
    const { server, conversation } = await liveConversation({}, (room) => {
      posts(3)(room);
      room.post(ADA, "mine");
      room.read(ADA, [2]);
    });
    conversation.markRead(1);
    conversation.markRead(3);
    conversation.markRead();
    await pass(300);
    expect(server.frames).toEqual([{ type: "mark_read", message_ids: [1, 3] }]);
    expect(conversation.getSnapshot().unreadCount).toBe(0);
    conversation.markRead();
    await pass(300);
    expect(server.frames).toHaveLength(1);
  });

  it("tells of older messages that it does not hold", async () => {
    const { server, conversation } = await liveConversation({}, posts(70));
    conversation.markRead();
    await pass(300);
    expect(server.messages.filter(({ readAt }) => readAt === null)).toEqual([]);
    expect(conversation.getSnapshot().unreadCount).toBe(0);
  });

  it("tells again what got lost, and at once when the view closes", async () => {
    const { server, conversation, close } = await liveConversation({}, posts(2));
    server.socket.isDead = true;
    conversation.markRead();
    await pass(300);
    server.cutAll();
    await pass(1_000);
    expect(conversation.getSnapshot().unreadCount).toBe(0);
    server.post(GRACE, "m3");
    await settle();
    conversation.markRead();
    close();
    expect(conversation.getSnapshot().connection).toBe("offline");
    await settle();
    expect(server.messages[2]?.readAt).not.toBeNull();
  });
});

describe("the snapshot", () => {
  it("is the same object for as long as nothing changes, and frozen", async () => {
    const { server, conversation } = await liveConversation({}, posts(2));
    const before = conversation.getSnapshot();
    server.tellAll({ type: "messages_delivered", user_id: GRACE, through: 2 });
    server.socket.serverSend({ type: "of_the_future" });
    server.socket.serverSend("not json");
    await settle();
    expect(conversation.getSnapshot()).toBe(before);
    expect(Object.isFrozen(before)).toBe(true);
    server.post(GRACE, "m3");
    await settle();
    const after = conversation.getSnapshot();
    expect(after).not.toBe(before);
    expect(after.messages[0]).toBe(before.messages[0]);
    expect(before.messages).toHaveLength(2);
  });

  it("is shared by all views, with one connection that the last one ends", async () => {
    const { server, conversation, close } = await liveConversation();
    const closeOther = conversation.open();
    close();
    close();
    expect(conversation.getSnapshot().connection).toBe("live");
    closeOther();
    expect(conversation.getSnapshot().connection).toBe("offline");
    await settle();
    expect(server.sockets).toHaveLength(1);
    expect(server.socket.state).toBe("closed");
  });
});
