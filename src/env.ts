/** The Worker's bindings and settings, as wrangler.toml, secrets and `--var` give them. */
import type { ConversationRoom } from "./room/conversation-room.ts";
import type { UserInbox } from "./inbox/user-inbox.ts";

declare global {
  // Augments the runtime's own name, so that `cloudflare:workers` and the tests see the same type.
  namespace Cloudflare {
    interface Env {
      readonly ASSETS: Fetcher;
      readonly DB: D1Database;
      readonly CONVERSATION_ROOM: DurableObjectNamespace<ConversationRoom>;
      readonly USER_INBOX: DurableObjectNamespace<UserInbox>;
      readonly JWT_SECRET?: string;
      readonly JWT_JWKS?: string;
      readonly JWT_JWKS_URL?: string;
      readonly JWT_ISSUER?: string;
      readonly JWT_AUDIENCE?: string;
      readonly JWT_LEEWAY_SECONDS?: string;
      readonly MAX_MESSAGE_LENGTH?: string;
      readonly PRESENCE_GRACE_SECONDS?: string;
      readonly SEND_LIMIT_PER_MINUTE?: string;
      readonly REQUEST_LIMIT_PER_MINUTE?: string;
      readonly ALLOWED_ORIGINS?: string;
      readonly OPERATOR_SECRET?: string;
      readonly DEV_SIGN_IN?: string;
    }
  }
}

export type Env = Cloudflare.Env;
