/** The Hono app: which routes there are, and what everything else answers. */
import { Hono } from "hono";
import { cors } from "hono/cors";
import { configOf } from "./config.ts";
import { refuse } from "./protocol/codes.ts";
import type { AppContext } from "./routes/context.ts";
import { chatRoutes } from "./routes/conversations.ts";
import { devRoutes } from "./routes/dev-sign-in.ts";
import { docsRoutes } from "./routes/docs.ts";
import { errorResponse, onError } from "./routes/errors.ts";
import { operationRoutes } from "./routes/operations.ts";
import { socketRoutes } from "./routes/sockets.ts";
import { userRoutes } from "./routes/users.ts";

/** Builds the app. `strict: false` makes every path work with and without its trailing slash (P1). */
export function createApp(): Hono<AppContext> {
  const app = new Hono<AppContext>({ strict: false });
  for (const prefix of ["/api/chat", "/chat"]) {
    app.use(`${prefix}/*`, (c, next) => {
      const { allowedOrigins } = configOf(c.env);
      if (allowedOrigins.length === 0) return next();
      return cors({ origin: [...allowedOrigins], exposeHeaders: ["Retry-After"] })(c, next);
    });
    app.route(prefix, chatRoutes);
    app.route(prefix, userRoutes);
  }
  app.route("/api", docsRoutes);
  app.route("/api/dev", devRoutes);
  app.route("/api/operations", operationRoutes);
  app.route("/ws/chat", socketRoutes);
  app.notFound(() => errorResponse(refuse("NOT_FOUND")));
  app.onError(onError);
  return app;
}
