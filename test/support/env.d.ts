import type { D1Migration } from "cloudflare:test";
import type {} from "../../src/env.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      /** Given by vitest.config.ts; the deployed Worker has no such binding. */
      readonly TEST_MIGRATIONS: D1Migration[];
    }
    /** Types `exports` of `cloudflare:workers`. */
    interface GlobalProps {
      mainModule: typeof import("../../src/index.ts");
    }
  }
}
