/** Finding whom to write to. */
import { Hono } from "hono";
import { openDatabase } from "../directory/database.ts";
import { searchUsers } from "../directory/users.ts";
import { withTimeout } from "../lib/timeout.ts";
import { parseValue } from "../protocol/frames.ts";
import { userSearchQuerySchema, type UserSearch } from "../protocol/rest.ts";
import { authenticate } from "./authenticate.ts";
import type { AppContext } from "./context.ts";
import { unwrap } from "./errors.ts";
import { notAllowed } from "./not-allowed.ts";

const SEARCH_TIMEOUT_MS = 5_000;

/** The route under `/api/chat` and `/chat`. */
export const userRoutes = new Hono<AppContext>()
  .get("/users", authenticate, async (c) => {
    const { search } = unwrap(parseValue(userSearchQuerySchema, c.req.query()));
    const found = searchUsers(openDatabase(c.env), search.trim(), c.get("principal").userId);
    return c.json({
      results: await withTimeout(found, SEARCH_TIMEOUT_MS, "searching users"),
    } satisfies UserSearch);
  })
  .all("/users", notAllowed("GET"));
