/** The Worker: its routes, and the two kinds of Durable Object. */
import { env } from "cloudflare:workers";
import { createApp } from "./app.ts";
import { configOf } from "./config.ts";

export { ConversationRoom } from "./room/conversation-room.ts";
export { UserInbox } from "./inbox/user-inbox.ts";

// A wrong or missing setting stops the Worker at its start, with its name in the error, and not at somebody's first message.
configOf(env);

export default createApp();
