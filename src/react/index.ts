/** React bindings of the SDK: hooks over its stores. They work with Preact's `preact/compat` as well. */
export { ChatProvider, useChatClient } from "./context.ts";
export {
  useConversation,
  usePresence,
  useTyping,
  type ConversationView,
  type PresenceView,
  type TypingView,
} from "./conversation-hooks.ts";
export { useConversations, useNewMessages, useUnreadTotal } from "./inbox-hooks.ts";
