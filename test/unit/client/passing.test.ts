import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ADA, CONVERSATION, GRACE } from "./support/fake-server.ts";
import { fakeToken } from "./support/fake-token.ts";
import { clientOf, liveConversation, pass, settle } from "./support/setup.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function liveWithGrace() {
  const ada = await liveConversation();
  const grace = clientOf(ada.server, { token: fakeToken.of(GRACE) });
  const theirs = grace.conversation(CONVERSATION);
  const closeTheirs = theirs.open();
  await settle();
  return { ...ada, theirs, closeTheirs };
}

describe("the user's typing", () => {
  it("is told every 2 s at most, and ends 3 s after the last key", async () => {
    const { server, conversation } = await liveConversation();
    for (let key = 0; key < 50; key++) {
      conversation.typing();
      await pass(100);
    }
    expect(server.frames.map(({ type }) => type)).toEqual(["typing", "typing", "typing"]);
    await pass(3_000);
    expect(server.frames.map(({ type }) => type)).toEqual(["typing", "typing", "typing", "stop_typing"]);
  });

  it("ends at once when the field is left, and says nothing where nothing was typed", async () => {
    const { server, conversation } = await liveConversation();
    conversation.stopTyping();
    conversation.typing();
    conversation.stopTyping();
    conversation.stopTyping();
    await pass(10_000);
    expect(server.frames.map(({ type }) => type)).toEqual(["typing", "stop_typing"]);
  });

  it("is ended by a message, with no word of its own", async () => {
    const { server, conversation } = await liveConversation();
    conversation.typing();
    conversation.send("done");
    await pass(10_000);
    expect(server.frames.map(({ type }) => type)).toEqual(["typing", "chat_message"]);
  });

  it("is not told without a connection", async () => {
    const { server, conversation } = await liveConversation();
    server.cutAll();
    conversation.typing();
    await pass(10_000);
    expect(server.frames).toEqual([]);
  });
});

describe("the others' typing", () => {
  it("is shown, and ends when they stop, send or leave", async () => {
    const { conversation, theirs, closeTheirs } = await liveWithGrace();
    const typing = () => conversation.getSnapshot().typing;
    theirs.typing();
    await settle();
    expect(typing()).toEqual([GRACE]);
    theirs.stopTyping();
    await settle();
    expect(typing()).toEqual([]);
    theirs.typing();
    await settle();
    theirs.send("hello");
    await settle();
    expect(typing()).toEqual([]);
    theirs.typing();
    await settle();
    closeTheirs();
    await settle();
    expect(typing()).toEqual([]);
  });

  it("ends by itself after 6 s without a repeat", async () => {
    const { server, conversation } = await liveConversation();
    const tell = () => server.tellAll({ type: "typing", user_id: GRACE, username: "grace", is_typing: true });
    tell();
    await pass(5_000);
    tell();
    await pass(5_900);
    expect(conversation.getSnapshot().typing).toEqual([GRACE]);
    await pass(200);
    expect(conversation.getSnapshot().typing).toEqual([]);
  });
});

describe("presence", () => {
  it("is shown of the others, not of oneself", async () => {
    const { conversation, theirs, closeTheirs } = await liveWithGrace();
    expect(conversation.getSnapshot().online).toEqual([GRACE]);
    expect(theirs.getSnapshot().online).toEqual([ADA]);
    closeTheirs();
    await settle();
    expect(conversation.getSnapshot().online).toEqual([]);
  });

  it("does not flicker over a short drop, and is put right after it", async () => {
    const { server, conversation, closeTheirs } = await liveWithGrace();
    const seen = new Set<number>();
    conversation.subscribe(() => seen.add(conversation.getSnapshot().online.length));
    const [mine] = server.sockets;
    mine?.cut();
    await pass(1_500);
    expect([...seen]).toEqual([1]);
    server.sockets.at(-1)?.cut();
    closeTheirs();
    await pass(2_500);
    expect(conversation.getSnapshot()).toMatchObject({ connection: "live", online: [] });
  });

  it("is unknown while the server is out of reach", async () => {
    const { server, conversation } = await liveWithGrace();
    server.isDown = true;
    server.cutAll();
    await pass(5_000);
    expect(conversation.getSnapshot()).toMatchObject({ connection: "offline", online: [], typing: [] });
  });
});
