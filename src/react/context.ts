/** The client, handed down to the hooks. */
import { createContext, useContext } from "react";
import type { ChatClient } from "../client/index.ts";

const ChatContext = createContext<ChatClient | null>(null);

/**
 * Gives the hooks below it their client.
 *
 * @example
 * ```tsx
 * <ChatProvider value={client}>
 *   <App />
 * </ChatProvider>
 * ```
 */
export const ChatProvider = ChatContext.Provider;

/** The client of the nearest `ChatProvider`. @throws Error where there is none */
export function useChatClient(): ChatClient {
  const client = useContext(ChatContext);
  if (client === null) throw new Error("There is no <ChatProvider> above this component.");
  return client;
}
