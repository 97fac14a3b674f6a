/** Garbage in every place that a client can put it: the server answers it, with an error of the client's. */
import { Buffer } from "node:buffer";
import { describe, expect } from "vitest";
import { request, type RequestOptions } from "../support/e2e/http.ts";
import { test } from "../support/e2e/test.ts";

const encode = (part: string) => Buffer.from(part).toString("base64url");
const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const many = (count: number, item: string) => `[${Array.from({ length: count }, () => item).join()}]`;

const paths = [
  "%00",
  "%ff",
  "%c3%28",
  "%2e%2e",
  "1%2f2",
  "1e9",
  "0x1",
  "-1",
  "0",
  "1.5",
  "+1",
  "%D9%A3",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "99999999999999999999",
  "9007199254740993",
  "1".repeat(5000),
  "1;drop",
  "%",
  "%F0%9F%98%80",
  "a%20b",
];

const queries = [
  "page=%ff",
  "page=1&page=2",
  "page[]=1",
  "page=9007199254740993",
  "page=9007199254740991&page_size=100",
  `page=${"9".repeat(400)}`,
  "before=9007199254740993",
  `before=${"9".repeat(400)}`,
  "before=%00",
  "limit=NaN&before=Infinity",
  "&&&===",
  "%",
  "page_size=__proto__",
];

const authorizations = [
  "Bearer a.b.c",
  `Bearer ${"x".repeat(6000)}`,
  `Bearer ${encode("null")}.${encode("null")}.${encode("x")}`,
  `Bearer ${encode('{"alg":5}')}.${encode("{}")}.x`,
  `Bearer ${encode('{"alg":"HS256","crit":["b64"],"b64":false}')}.${encode("{}")}.x`,
  `Bearer ${encode('{"alg":"HS256","kid":{"$ne":1}}')}.${encode('{"user_id":1,"exp":9e99}')}.x`,
  `Bearer ${encode('{"alg":"RS256","jku":"http://127.0.0.1:1/"}')}.${encode('{"user_id":1,"exp":9e9}')}.x`,
  `Bearer ${encode('{"alg":"HS256"}')}.${encode(deep(5000))}.x`,
  "Bearer \u00e9\u00ff",
  "Bearer a b c",
  ", Bearer",
];

const bodies: (string | Uint8Array)[] = [
  "",
  " ",
  "\u0000",
  deep(30_000),
  `{"user_id":${deep(10_000)}}`,
  new Uint8Array([0xff, 0xfe, 0x7b, 0x7d]),
  Buffer.concat([
    Buffer.from('{"recipient_id":1,"content":"'),
    new Uint8Array([0xc3, 0x28, 0xff]),
    Buffer.from('"}'),
  ]),
  '{"user_id":1e400,"recipient_id":1e400,"content":"x","message_ids":[1e400]}',
  '{"user_id":9007199254740993,"recipient_id":9007199254740993,"content":"x","message_ids":[9007199254740993]}',
  '{"user_id":"9007199254740993","recipient_id":"99999999999999999999","content":"x"}',
  '{"user_id":-1,"recipient_id":-1,"content":"x","message_ids":[-1,0]}',
  '{"user_id":0,"recipient_id":0,"content":"x"}',
  '{"user_id":"","recipient_id":" ","content":"x"}',
  '{"user_id":"٣","recipient_id":"１","content":"x"}',
  '{"__proto__":{"user_id":1,"recipient_id":1,"content":"x"}}',
  '{"user_id":{"toString":null},"recipient_id":{"valueOf":1},"content":{"length":5}}',
  '{"user_id":1,"user_id":"x","recipient_id":1,"content":"a","content":null}',
  `{"message_ids":${many(10_000, "1")}}`,
  `{"message_ids":${many(3_000, "1e308")}}`,
  `{"message_ids":[${deep(1000)}]}`,
  `{"recipient_id":1,"content":"${"\\ud800".repeat(2000)}"}`,
  `{"recipient_id":1,"content":"\\u0000"}`,
];

/** The answer's status is the client's fault or a success, never the server's. */
async function survives(origin: string, path: string, options: RequestOptions): Promise<void> {
  const answer = await request(origin, path, options);
  const what = `${options.method ?? "GET"} ${path.slice(0, 80)} ${String(options.body ?? "").slice(0, 80)}`;
  expect(answer.status, `${what}: ${answer.text.slice(0, 200)}`).toBeLessThan(500);
  expect(answer.status, what).toBeGreaterThanOrEqual(200);
}

describe.concurrent("garbage", () => {
  test("[E5] in paths", async ({ world }) => {
    const headers = { Authorization: `Bearer ${world.stranger().token}` };
    for (const id of paths) {
      await survives(world.server.url, `/api/chat/conversations/${id}/`, { headers });
      await survives(world.server.url, `/api/chat/conversations/${id}/messages/`, { headers });
      await survives(world.server.url, `/chat/conversations/${id}/read`, {
        headers,
        method: "POST",
        body: "{}",
      });
      await survives(world.server.url, `/ws/chat/${id}/`, { headers });
    }
    for (const path of [
      "//",
      "/api//chat/",
      "/api/chat/../../",
      `/${"a/".repeat(2000)}`,
      "/api/chat/%",
      "/?%",
    ]) {
      await survives(world.server.url, path, { headers });
    }
  });

  test("[E5] in queries", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(1);
    const headers = { Authorization: `Bearer ${ada.token}` };
    for (const query of queries) {
      for (const route of [`conversations/${id}/messages/`, `conversations/${id}/`, "conversations/"]) {
        await survives(world.server.url, `/api/chat/${route}?${query}`, { headers });
      }
      await survives(world.server.url, `/ws/chat/${id}/?token=${query}`, {});
    }
  });

  test("[E5] in the Authorization header", async ({ world }) => {
    for (const Authorization of authorizations) {
      const answer = await request(world.server.url, "/api/chat/conversations/", {
        headers: { Authorization },
      });
      expect(answer.status, Authorization.slice(0, 80)).toBe(401);
    }
  });

  test("[E5] in bodies", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(1);
    const headers = { Authorization: `Bearer ${ada.token}` };
    for (const body of bodies) {
      for (const route of ["conversations/start/", "send/", `conversations/${id}/read/`]) {
        await survives(world.server.url, `/api/chat/${route}`, { method: "POST", headers, body });
      }
    }
    expect((await ada.messages(id)).count).toBe(1);
  });

  test("[E5] in methods and headers", async ({ world }) => {
    const { token } = world.stranger();
    const headers = { Authorization: `Bearer ${token}` };
    for (const method of ["HEAD", "OPTIONS", "PROPFIND", "SEARCH", "PURGE"]) {
      for (const path of ["/api/chat/conversations/", "/api/chat/send/", "/ws/chat/1/", "/nothing"]) {
        await survives(world.server.url, path, { method, headers });
      }
    }
    for (const extra of [
      { "Content-Encoding": "gzip" },
      { "Content-Type": "application/json; charset=klingon" },
      { Upgrade: "h2c", Connection: "Upgrade" },
      { Origin: "null" },
      { "X-Forwarded-For": "%00" },
      { Cookie: "=".repeat(4000) },
    ]) {
      const options = { method: "POST", headers: { ...headers, ...extra }, body: "{}" };
      await survives(world.server.url, "/api/chat/send/", options);
    }
  });

  test("[E5] in socket handshakes", async ({ world }) => {
    const user = await world.user();
    for (const query of queries) {
      const socket = await user.openPath(`/ws/chat/notifications/?token=${query}`);
      expect((await socket.next("error")).code).toBe("UNAUTHORIZED");
      expect((await socket.closed).code).toBe(4001);
    }
  });
});
