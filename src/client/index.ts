/** The SDK: chat in a browser, in React Native, in Node and in Workers. */
export { ChatClient, type SendOptions } from "./chat-client.ts";
export type { ConversationStore } from "./conversation.ts";
export type { InboxStore, NewMessage } from "./inbox.ts";
export { ChatApiError, type ChatApiErrorFields, type ChatErrorCode } from "./errors.ts";
export type {
  ChatClientOptions,
  ChatMessage,
  ChatStorage,
  ConnectionState,
  ConversationSnapshot,
  FetchLike,
  FetchResponse,
  InboxSnapshot,
  MessageStatus,
  Observable,
  Token,
  WebSocketLike,
} from "./types.ts";
export type { ErrorCode } from "../protocol/codes.ts";
export type { ConversationDetail, HistoryPage, ReadResponse } from "../protocol/rest.ts";
export type { Conversation, LastMessage, Message, User } from "../protocol/shapes.ts";
