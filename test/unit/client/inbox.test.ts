import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChatClient, type InboxStore, type NewMessage } from "../../../src/client/index.ts";
import { conversationWith, FakeInbox } from "./support/fake-inbox.ts";
import { time, user } from "./support/fake-server.ts";
import { fakeToken } from "./support/fake-token.ts";
import { pass, settle } from "./support/setup.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const [bob, cleo, dan] = [user(2), user(3), user(4)];

async function openInbox(prepare: (server: FakeInbox) => void = () => {}) {
  const server = new FakeInbox();
  server.conversations = [conversationWith(bob, 1, 1), conversationWith(cleo, 2, 2)];
  prepare(server);
  const { WebSocket, fetch } = server;
  const client = new ChatClient({ url: "https://chat.test/", token: fakeToken.of(1), WebSocket, fetch });
  const close = client.inbox.open();
  await settle();
  return { server, client, inbox: client.inbox, close };
}

function names(inbox: InboxStore): string[] {
  return inbox.getSnapshot().conversations.map(({ id }) => `${id}`);
}

describe("the list", () => {
  it("comes over the socket, last active first, with totals", async () => {
    const { server, inbox } = await openInbox();
    expect(inbox.getSnapshot()).toMatchObject({ connection: "live", loaded: true, unreadTotal: 3 });
    expect(names(inbox)).toEqual(["30", "20"]);
    expect(server.socket.since).toBe(0);
    expect(server.socket.url.pathname).toBe("/ws/chat/notifications/");
    expect(server.requests).toEqual([]);
  });

  it("moves a conversation up with its newest message", async () => {
    const { server, inbox } = await openInbox();
    server.update(conversationWith(bob, 3, 2), 3);
    await settle();
    expect(names(inbox)).toEqual(["20", "30"]);
    expect(inbox.getSnapshot()).toMatchObject({ unreadTotal: 4 });
    expect(inbox.getSnapshot().conversations[0]).toMatchObject({
      other_participant: bob,
      updated_at: time(3),
      last_message: { content: "m3" },
    });
  });

  it("does not go back to an older state", async () => {
    const { server, inbox } = await openInbox();
    server.update(conversationWith(bob, 5, 0), 9);
    server.update(conversationWith(bob, 5, 4), 8);
    server.update(conversationWith(cleo, 1, 4), 3);
    await settle();
    expect(inbox.getSnapshot().unreadTotal).toBe(2);
  });

  it("takes in a conversation that it has not heard of", async () => {
    const { server, inbox } = await openInbox();
    server.update(conversationWith(dan, 4, 1), 1);
    await settle();
    expect(names(inbox)).toEqual(["40", "30", "20"]);
    expect(server.requests).toEqual(["/api/chat/conversations/40/"]);
    expect(inbox.getSnapshot().conversations[0]).not.toHaveProperty("messages");
  });

  it("comes again for one that it could not load", async () => {
    const { server, inbox } = await openInbox();
    server.isRestDown = true;
    server.update(conversationWith(dan, 4, 1), 1);
    await settle();
    server.isRestDown = false;
    await pass(1_000);
    expect(names(inbox)).toEqual(["40", "30", "20"]);
    expect(server.socket.since).toBe(1_000);
  });
});

describe("resuming", () => {
  it("goes on from the highest cursor, which stands still while the archive trails", async () => {
    const { server, inbox } = await openInbox();
    server.update(conversationWith(bob, 3), 3, 1_005);
    server.update(conversationWith(bob, 4), 4, 1_003);
    server.update(conversationWith(bob, 5), 5, null);
    await settle();
    server.conversations = [conversationWith(cleo, 9, 1)];
    server.socket.cut();
    await pass(1_000);
    expect(server.socket.since).toBe(1_005);
    expect(names(inbox)).toEqual(["30", "20"]);
    expect(inbox.getSnapshot()).toMatchObject({ connection: "live", unreadTotal: 1 });
  });

  it("refetches the list where it can't", async () => {
    const { server, inbox } = await openInbox((server) => {
      server.resyncs = true;
    });
    expect(server.requests).toEqual(["/api/chat/conversations/"]);
    expect(inbox.getSnapshot()).toMatchObject({ connection: "live", loaded: true, unreadTotal: 3 });
  });

  it("tries again where that fails as well", async () => {
    const { server, inbox } = await openInbox((server) => {
      server.resyncs = true;
      server.isRestDown = true;
    });
    expect(inbox.getSnapshot()).toMatchObject({ loaded: false, error: { code: "NETWORK" } });
    server.isRestDown = false;
    await pass(5_000);
    expect(inbox.getSnapshot()).toMatchObject({ connection: "live", loaded: true });
  });
});

describe("presence", () => {
  it("is shown of everyone whom the user talks with, and called anew after a drop", async () => {
    const { server, inbox } = await openInbox();
    const tell = (user_id: number, is_online: boolean) =>
      server.socket.serverSend({ type: "presence", user_id, is_online });
    tell(cleo.id, true);
    tell(bob.id, true);
    await settle();
    expect([...inbox.getSnapshot().online]).toEqual([bob.id, cleo.id]);
    tell(cleo.id, false);
    await settle();
    expect([...inbox.getSnapshot().online]).toEqual([bob.id]);
    server.socket.cut();
    await pass(1_000);
    expect([...inbox.getSnapshot().online]).toEqual([bob.id]);
    await pass(6_000);
    expect([...inbox.getSnapshot().online]).toEqual([]);
  });
});

describe("new messages", () => {
  it("are announced to whoever listens, until they stop", async () => {
    const { server, inbox, close } = await openInbox();
    const heard: NewMessage[] = [];
    const stop = inbox.onNewMessage((message) => heard.push(message));
    const event = {
      type: "new_message",
      conversation_id: 20,
      message_id: 5,
      sender_id: 2,
      sender_username: "bob",
      content_preview: "hello",
      timestamp: time(5),
    };
    server.socket.serverSend(event);
    await settle();
    stop();
    server.socket.serverSend({ ...event, message_id: 6 });
    await settle();
    expect(heard).toEqual([
      {
        conversationId: 20,
        messageId: 5,
        senderId: 2,
        senderUsername: "bob",
        preview: "hello",
        timestamp: time(5),
      },
    ]);
    close();
    expect(inbox.getSnapshot().connection).toBe("offline");
  });
});
