/** One HTTP request over a connection of its own, so that a server's idle time-out can't fail the next one. */
import { Buffer } from "node:buffer";
import http from "node:http";

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body where it is JSON, else undefined. */
  readonly body: unknown;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

const TIMEOUT_MS = 20_000;

/** Sends one request; `path` goes out as it is, neither resolved nor escaped. */
export function request(origin: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  const { method = "GET", headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const outgoing = http.request({ hostname, port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: parseJson(text) });
      });
    });
    outgoing.setTimeout(TIMEOUT_MS, () => {
      outgoing.destroy(new Error(`${method} ${path}: no answer in ${TIMEOUT_MS} ms`));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** The JSON value that `text` holds, or undefined where it holds none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
