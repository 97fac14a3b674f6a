/** A room that does nothing but keep each message and pass it on: no tokens, no checks, no followers, no receipts. */
import { DurableObject } from "cloudflare:workers";

interface Env {
  readonly FLOOR: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
}

export class Floor extends DurableObject<Env> {
  #lastId: number;

  constructor(ctx: BenchContext, env: Env) {
    super(ctx, env);
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, content TEXT)");
    const [newest] = this.ctx.storage.sql.exec("SELECT max(id) AS id FROM messages").toArray();
    this.#lastId = Number(newest?.["id"] ?? 0);
  }

  override fetch(): Response {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }

  override webSocketMessage(_socket: WebSocket, data: string | ArrayBuffer): void {
    if (typeof data !== "string") return;
    const { content }: { content: string } = JSON.parse(data);
    const id = ++this.#lastId;
    this.ctx.storage.sql.exec("INSERT INTO messages (id, content) VALUES (?, ?)", id, content);
    const text = JSON.stringify({ type: "chat_message", message_id: id, content });
    for (const socket of this.ctx.getWebSockets()) socket.send(text);
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close(1000);
  }
}

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    if (request.headers.get("Upgrade") !== "websocket")
      return new Response("a socket, please", { status: 426 });
    return env.FLOOR.getByName(new URL(request.url).pathname).fetch(request);
  },
};
