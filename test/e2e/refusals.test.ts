/** What the server refuses, how it says so, and that nothing a client sends breaks it. */
import { Buffer } from "node:buffer";
import { describe, expect } from "vitest";
import { expectBody, expectRefusal } from "../support/e2e/client.ts";
import { request } from "../support/e2e/http.ts";
import { refusal } from "../support/e2e/shapes.ts";
import { test } from "../support/e2e/test.ts";

describe.concurrent("sockets that are refused", () => {
  test("[C1] without a good token: accepted, told UNAUTHORIZED, closed with 4001", async ({ world }) => {
    const { ada, id } = await world.pair();
    const expired = world.token(ada.id, { exp: 1 });
    for (const path of [`/ws/chat/${id}/`, "/ws/chat/1/", "/ws/chat/abc/"]) {
      for (const query of ["", "?token=", "?token=wrong", `?token=${expired}`]) {
        const socket = await ada.openPath(path + query);
        expect((await socket.next("error")).code).toBe("UNAUTHORIZED");
        expect((await socket.closed).code).toBe(4001);
      }
    }
  });

  test("[C1] by strangers, to nothing or to no number: FORBIDDEN and 4003, told apart by nothing", async ({
    world,
  }) => {
    const { bob, id, adaSocket, bobSocket } = await world.chatting();
    const eve = await world.user();
    const seen = new Set<string>();
    const nothing = [id + 1_000_000, 0, -1, "1.5", "abc", "99999999999999999999", "%00", "start", `${id}a`];
    for (const where of [id, ...nothing]) {
      const socket = await eve.openChat(where);
      const error = await socket.next("error");
      expect(error.code).toBe("FORBIDDEN");
      const closed = await socket.closed;
      expect(closed.code).toBe(4003);
      seen.add(JSON.stringify([error, closed]));
    }
    expect([...seen]).toHaveLength(1);
    await adaSocket.expectSilence();
    await bobSocket.expectSilence();
    expect((await bob.messages(id)).count).toBe(0);
  });

  test("[C1] what a refused socket sends has no effect", async ({ world }) => {
    const { bob, id } = await world.chatting();
    const eve = await world.user();
    const socket = await eve.openChat(id);
    socket.send({ type: "chat_message", content: "let me in" });
    expect((await socket.closed).code).toBe(4003);
    expect((await bob.messages(id)).count).toBe(0);
  });
});

describe.concurrent("frames that are refused", () => {
  const malformed: [string, string | object, string?][] = [
    ["no text at all", "", "INVALID_JSON"],
    ["words", "hello", "INVALID_JSON"],
    ["half an object", '{"type":"chat_message"', "INVALID_JSON"],
    ["two objects", "{}{}", "INVALID_JSON"],
    ["single quotes", "{'type':'typing'}", "INVALID_JSON"],
    ["a null", "null"],
    ["an array", '[{"type":"typing"}]'],
    ["a string", '"typing"'],
    ["a number", "7"],
    ["a boolean", "true"],
    ["no type", {}],
    ["an unknown type", { type: "shout", content: "hi" }],
    ["a type of the server's", { type: "user_online", user_id: 1 }],
    ["a type that every object has", { type: "constructor" }],
    ["a type that is no string", { type: 7 }],
    ["a list as type", { type: ["typing"] }],
    ["no content", { type: "chat_message" }],
    ["a number as content", { type: "chat_message", content: 7 }],
    ["null as content", { type: "chat_message", content: null }],
    ["an object as content", { type: "chat_message", content: { toString: "x" } }],
    ["a list as content", { type: "chat_message", content: ["hi"] }],
    ["a polluted prototype", '{"type":"chat_message","__proto__":{"content":"hi"}}'],
    ["deep nesting", `${"[".repeat(20_000)}${"]".repeat(20_000)}`],
    ["a binary frame", new Uint8Array([0, 1, 2, 255])],
    ["a binary frame that holds JSON", Buffer.from('{"type":"chat_message","content":"hi"}')],
  ];

  for (const [title, frame, code] of malformed) {
    test(`[C14] [C11] ${title} gets an error on that socket alone, which works on`, async ({ world }) => {
      const { ada, adaSocket, bobSocket } = await world.chatting();
      adaSocket.send(frame);
      const error = await adaSocket.next("error");
      if (code === undefined) expect(["INVALID_JSON", "VALIDATION_ERROR"]).toContain(error.code);
      else expect(error.code).toBe(code);
      adaSocket.send({ type: "chat_message", content: "works on" });
      expect(await adaSocket.next("chat_message")).toMatchObject({ message_id: 1, sender_id: ada.id });
      expect((await bobSocket.next("chat_message")).content).toBe("works on");
    });
  }

  test("[C14] fields that the contract does not name do no harm", async ({ world }) => {
    const { adaSocket, bobSocket } = await world.chatting();
    const extra = {
      sender_id: 1,
      message_id: 99,
      timestamp: "1970-01-01T00:00:00.000Z",
      nested: { deep: [1] },
    };
    adaSocket.send({ type: "typing", ...extra });
    expect((await bobSocket.next("typing")).is_typing).toBe(true);
    adaSocket.send({ type: "chat_message", content: "hi", ...extra });
    const echo = await adaSocket.next("chat_message");
    expect(echo.message_id).toBe(1);
    expect(echo.sender_id).not.toBe(1);
    expect(echo.timestamp).not.toBe(extra.timestamp);
  });
});

describe.concurrent("requests that are refused", () => {
  test("[E1] a body that is malformed or no object is 400", async ({ world }) => {
    const { ada, id } = await world.pair();
    for (const route of ["conversations/start/", `conversations/${id}/read/`, "send/"]) {
      for (const body of ["{", "hello", '{"content":}', "{}{}", "{'a':1}"]) {
        expectRefusal(await ada.post(route, body), 400, "INVALID_JSON");
      }
      for (const body of ["null", "[]", '"text"', "7", "true"]) {
        const { code } = expectBody(await ada.post(route, body), 400, refusal);
        expect(["INVALID_JSON", "VALIDATION_ERROR"]).toContain(code);
      }
    }
  });

  test("[E2] without a token every route is 401 with WWW-Authenticate", async ({ world }) => {
    const { id } = await world.pair();
    for (const [method, route] of [
      ["GET", "conversations/"],
      ["GET", `conversations/${id}/`],
      ["POST", "conversations/start/"],
      ["GET", `conversations/${id}/messages/`],
      ["POST", `conversations/${id}/read/`],
      ["POST", "send/"],
    ] as const) {
      const answer = await request(world.server.url, `/api/chat/${route}`, { method });
      expectRefusal(answer, 401, "UNAUTHORIZED");
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer\b/);
    }
  });

  test("[E6] path before method before token", async ({ world }) => {
    const { url } = world.server;
    const body = "{";
    expectRefusal(await request(url, "/api/chat/nothing/", { method: "DELETE" }), 404, "NOT_FOUND");
    expectRefusal(await request(url, "/api/chat/send/", { method: "PUT", body }), 405, "METHOD_NOT_ALLOWED");
    expectRefusal(await request(url, "/api/chat/send/", { method: "POST", body }), 401, "UNAUTHORIZED");
  });

  test("[E6] token before body before what the body names", async ({ world }) => {
    const [ada, unknown] = [await world.user(), world.stranger()];
    const large = "x".repeat(65_537);
    const headers = { Authorization: "Bearer wrong" };
    const anonymous = await request(world.server.url, "/api/chat/send/", {
      method: "POST",
      headers,
      body: large,
    });
    expectRefusal(anonymous, 401, "UNAUTHORIZED");
    expectRefusal(await ada.post("send/", large), 413, "PAYLOAD_TOO_LARGE");
    expectRefusal(
      await ada.post("send/", { recipient_id: unknown.id, content: "" }),
      400,
      "VALIDATION_ERROR",
    );
    expectRefusal(await ada.post("send/", { recipient_id: unknown.id }), 400, "VALIDATION_ERROR");
    expectRefusal(await ada.post("send/", { recipient_id: unknown.id, content: "hi" }), 404, "NOT_FOUND");
  });

  test("[F7] every refusal carries a code of the contract and words for people", async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    const eve = await world.user();
    const socket = await eve.openChat(id);
    const refusals = await Promise.all([
      ada.withToken("wrong").get("conversations/"),
      ada.get("nothing/"),
      ada.post("conversations/", {}),
      ada.post("send/", "{"),
      ada.post("send/", {}),
      ada.post("send/", { recipient_id: bob.id, content: "x".repeat(70_000) }),
    ]);
    const codes = refusals.map((answer) => {
      expect(answer.headers["content-type"]).toMatch(/^application\/json\b/);
      return expectBody(answer, answer.status, refusal).code;
    });
    expect([...codes, (await socket.next("error")).code]).toEqual([
      "UNAUTHORIZED",
      "NOT_FOUND",
      "METHOD_NOT_ALLOWED",
      "INVALID_JSON",
      "VALIDATION_ERROR",
      "PAYLOAD_TOO_LARGE",
      "FORBIDDEN",
    ]);
  });

  test("[R7] every success has a JSON body", async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    const answers = [
      await ada.get("conversations/"),
      await ada.get(`conversations/${id}/`),
      await ada.post("conversations/start/", { user_id: bob.id }),
      await ada.post("send/", { recipient_id: bob.id, content: "hi" }),
      await bob.get(`conversations/${id}/messages/?page=9`),
      await bob.post(`conversations/${id}/read/`, {}),
      await bob.post(`conversations/${id}/read/`, { message_ids: [] }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 201, 200, 200, 200]);
    for (const answer of answers) {
      expect(answer.headers["content-type"]).toMatch(/^application\/json\b/);
      expect(answer.body).toBeTypeOf("object");
      expect(answer.body).not.toBeNull();
    }
  });
});
