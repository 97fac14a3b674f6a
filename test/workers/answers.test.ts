/** What the Worker answers fits the schemas that its description is made of, with no field beside them. */
import { exports } from "cloudflare:workers";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import {
  conversationDetailSchema,
  conversationListSchema,
  historyPageSchema,
  readResponseSchema,
} from "../../src/protocol/rest.ts";
import { errorSchema, messageSchema } from "../../src/protocol/shapes.ts";
import { tokenOf } from "./token.ts";

const [ada, bob] = [await userWith(7), await userWith(12)];
const [started, found] = [
  await ada.call("POST", "conversations/start/", { user_id: bob.id }),
  await startAgain(),
];
const { id } = v.parse(v.object({ id: v.number() }), started.body);
await ada.call("POST", "send/", { recipient_id: bob.id, content: "one", client_id: "key-1" });
await bob.call("POST", "send/", { recipient_id: ada.id, content: "two" });
await ada.call("POST", "send/", { recipient_id: bob.id, content: "three" });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function userWith(userId: number) {
  const token = await tokenOf(userId);
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: HeadersInit = {},
  ): Promise<Answer> {
    const response = await exports.default.fetch(
      new Request(`https://chat.test/api/chat/${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: await response.json() };
  }
  // The first request makes the user known.
  await call("GET", "conversations/");
  return { id: userId, call };
}

function startAgain(): Promise<Answer> {
  return bob.call("POST", "conversations/start/", { user_id: String(ada.id) });
}

function expectAnswer(answer: Answer, status: number, schema: v.GenericSchema): void {
  expect(answer.status).toBe(status);
  const parsed = v.safeParse(schema, answer.body);
  expect(parsed.issues).toBeUndefined();
  // Parsing drops what the schema does not know.
  expect(parsed.output).toEqual(answer.body);
}

describe("the answer", () => {
  test("[R1] to the list, with and without messages", async () => {
    expectAnswer(await ada.call("GET", "conversations/"), 200, conversationListSchema);
    expectAnswer(await (await userWith(13)).call("GET", "conversations/"), 200, conversationListSchema);
  });

  test("[R3] to a start, of a new conversation and of one that there is", () => {
    expectAnswer(started, 201, conversationDetailSchema);
    expectAnswer(found, 200, conversationDetailSchema);
  });

  test("[R2] to one conversation", async () => {
    expectAnswer(await bob.call("GET", `conversations/${id}/`), 200, conversationDetailSchema);
  });

  test.each(["", "?page=2&page_size=1", "?page=99", "?before=3&limit=1", "?before=1"])(
    "[R4] [R9] to a page: %s",
    async (query) => {
      expectAnswer(await ada.call("GET", `conversations/${id}/messages/${query}`), 200, historyPageSchema);
    },
  );

  test.each([
    ["some ids", { message_ids: [1] }],
    ["no ids", { message_ids: [] }],
    ["everything", {}],
  ])("[R5] to a read of %s", async (_what, body) => {
    expectAnswer(await bob.call("POST", `conversations/${id}/read/`, body), 200, readResponseSchema);
  });

  test("[R6] to a send, with a key and without, new and repeated", async () => {
    const body = { recipient_id: bob.id, content: "four" };
    expectAnswer(await ada.call("POST", "send/", body), 201, messageSchema);
    const key = { "Idempotency-Key": "key-4" };
    const first = await ada.call("POST", "send/", body, key);
    expectAnswer(first, 201, messageSchema);
    expect(await ada.call("POST", "send/", { ...body, client_id: "key-4" })).toEqual(first);
  });

  test.each([
    ["E1", 400, "INVALID_JSON", "POST", "send/", "{"],
    ["E1", 400, "VALIDATION_ERROR", "POST", "send/", { recipient_id: 12, content: " " }],
    ["R9", 400, "VALIDATION_ERROR", "GET", `conversations/${id}/messages/?limit=101`, undefined],
    ["E3", 404, "NOT_FOUND", "GET", "conversations/999999/", undefined],
    ["E3", 404, "NOT_FOUND", "POST", "conversations/start/", { user_id: 999_999 }],
    ["E4", 405, "METHOD_NOT_ALLOWED", "DELETE", "send/", undefined],
    ["E4", 413, "PAYLOAD_TOO_LARGE", "POST", "send/", " ".repeat(65_537)],
    [
      "F7",
      409,
      "IDEMPOTENCY_CONFLICT",
      "POST",
      "send/",
      { recipient_id: 12, content: "another", client_id: "key-1" },
    ],
  ] as const)("[%s] with %i %s", async (_rule, status, code, method, path, body) => {
    const answer = await ada.call(method, path, body);
    expectAnswer(answer, status, errorSchema);
    expect(answer.body).toMatchObject({ code });
  });

  test("[E2] with 401 UNAUTHORIZED", async () => {
    const response = await exports.default.fetch("https://chat.test/chat/conversations/");
    expect(response.headers.get("WWW-Authenticate")).toBe("Bearer");
    expectAnswer({ status: response.status, body: await response.json() }, 401, errorSchema);
  });
});
