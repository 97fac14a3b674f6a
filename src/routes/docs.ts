/** The description of the API: for programs, and as a page for people. Both are static files. */
import { Hono, type Context } from "hono";
import type { AppContext } from "./context.ts";
import { notAllowed } from "./not-allowed.ts";

/** The routes under `/api` that need no token. */
export const docsRoutes = new Hono<AppContext>()
  .get("/schema", (c) => asset(c, "/api-docs/openapi.json"))
  .all("/schema", notAllowed("GET"))

  .get("/docs", (c) => asset(c, "/api-docs/"))
  .all("/docs", notAllowed("GET"));

/** A static file under another path, headers and conditional requests included. */
function asset(c: Context<AppContext>, path: string): Promise<Response> {
  return c.env.ASSETS.fetch(new URL(path, c.req.url), {
    method: c.req.raw.method,
    headers: c.req.raw.headers,
  });
}
