/** A client of the fake server, and short names for what tests do with it. */
import { vi } from "vitest";
import { ChatClient, type ChatClientOptions, type ConversationStore } from "../../../../src/client/index.ts";
import { ADA, CONVERSATION, FakeServer } from "./fake-server.ts";
import { fakeToken } from "./fake-token.ts";

/** A client of a server; `random` gives the longest delays unless told otherwise. */
export function clientOf(server: FakeServer, options: Partial<ChatClientOptions> = {}): ChatClient {
  return new ChatClient({
    url: "https://chat.test",
    token: fakeToken.of(ADA),
    WebSocket: server.WebSocket,
    fetch: server.fetch,
    ...options,
  });
}

/** A server with Ada's conversation, open and live. */
export async function liveConversation(
  options: Partial<ChatClientOptions> = {},
  prepare: (server: FakeServer) => void = () => {},
): Promise<{ server: FakeServer; client: ChatClient; conversation: ConversationStore; close: () => void }> {
  const server = new FakeServer();
  prepare(server);
  const client = clientOf(server, options);
  const conversation = client.conversation(CONVERSATION);
  const close = conversation.open();
  await settle();
  return { server, client, conversation, close };
}

/** Lets time pass, timers fire and promises settle. */
export async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** Long enough for a few round trips, too short for any other timer. */
export async function settle(): Promise<void> {
  await pass(100);
}

export function contents(conversation: ConversationStore): string[] {
  return conversation.getSnapshot().messages.map(({ content }) => content);
}

export function ids(conversation: ConversationStore): (number | null)[] {
  return conversation.getSnapshot().messages.map(({ id }) => id);
}

export function statuses(conversation: ConversationStore): string[] {
  return conversation.getSnapshot().messages.map(({ status }) => status);
}
