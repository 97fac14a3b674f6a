/** What every route has at hand. */
import type { Principal } from "../auth/principal.ts";
import type { Env } from "../env.ts";

/** Hono's types for this app. */
export interface AppContext {
  Bindings: Env;
  Variables: {
    /** Set by `authenticate`. */
    principal: Principal;
  };
}
