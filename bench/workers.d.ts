// As much of the Workers runtime as the benchmark's own Workers use. They share a project with Node scripts, whose DOM types
// the real ones would clash with.

interface BenchSql {
  exec(query: string, ...bindings: unknown[]): { toArray(): Record<string, unknown>[] };
}

interface BenchContext {
  readonly storage: { readonly sql: BenchSql };
  acceptWebSocket(socket: WebSocket): void;
  getWebSockets(): WebSocket[];
}

interface BenchEnv {
  readonly DB: { prepare(query: string): object };
  readonly BENCH_D1_DELAY_MS?: string;
  readonly BENCH_METER?: string;
}

interface ResponseInit {
  webSocket?: WebSocket;
}

declare class WebSocketPair {
  readonly 0: WebSocket;
  readonly 1: WebSocket;
}

declare module "cloudflare:workers" {
  export class DurableObject<Env> {
    constructor(ctx: BenchContext, env: Env);
    readonly ctx: BenchContext;
    readonly env: Env;
    fetch(request: Request): Response | Promise<Response>;
    webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void;
    webSocketClose(socket: WebSocket): void;
  }
}

/** src/index.ts, by the alias of bench/app/wrangler.toml. */
declare module "app-under-test" {
  export class ConversationRoom {
    constructor(ctx: BenchContext, env: BenchEnv);
  }
  export class UserInbox {
    constructor(ctx: BenchContext, env: BenchEnv);
  }
  const app: { fetch(request: Request, env: BenchEnv, ctx: unknown): Response | Promise<Response> };
  export default app;
}
