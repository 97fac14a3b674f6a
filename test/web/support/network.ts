/** A network between the browser and the server that can be taken away, or swallow what the server answers. */
import net from "node:net";

/** One such network; `url` leads through it to the server. */
export class Network {
  readonly url: string;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #state: { isCut: boolean; isDeaf: boolean };

  private constructor(server: net.Server, port: number, state: { isCut: boolean; isDeaf: boolean }) {
    this.#server = server;
    this.#state = state;
    this.url = `http://127.0.0.1:${port}`;
    server.on("connection", (socket) => this.#keep(socket));
  }

  static open(serverUrl: string): Promise<Network> {
    const state = { isCut: false, isDeaf: false };
    const { hostname, port } = new URL(serverUrl);
    const server = net.createServer((near) => {
      if (state.isCut) {
        near.destroy();
        return;
      }
      const far = net.connect(Number(port), hostname);
      const isNew = !state.isDeaf;
      near.on("data", (data) => far.write(data));
      far.on("data", (data) => {
        if (isNew && !state.isDeaf) near.write(data);
      });
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        one.on("close", () => other.destroy());
        one.on("error", () => other.destroy());
      }
    });
    return new Promise((resolve, reject) => {
      server.on("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        const listening = typeof address === "object" && address !== null ? address.port : 0;
        resolve(new Network(server, listening, state));
      });
    });
  }

  /** Nothing goes through any more, and what was connected is not. */
  cut(): void {
    this.#state.isCut = true;
    this.#dropAll();
  }

  /** What is sent arrives, but no answer comes back. */
  deafen(): void {
    this.#state.isDeaf = true;
  }

  /** All is well again. */
  heal(): void {
    const wasDeaf = this.#state.isDeaf;
    this.#state.isCut = false;
    this.#state.isDeaf = false;
    // Answers were swallowed: those connections are of no use to anyone.
    if (wasDeaf) this.#dropAll();
  }

  close(): void {
    this.#server.close();
    this.#dropAll();
  }

  #keep(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
