/** REST calls of the Worker, their answers checked against the schemas of the contract. */
import { exports } from "cloudflare:workers";
import * as v from "valibot";
import {
  conversationDetailSchema,
  conversationListSchema,
  historyPageSchema,
  readResponseSchema,
} from "../../../src/protocol/rest.ts";
import { errorSchema, messageSchema } from "../../../src/protocol/shapes.ts";
import type { Person } from "./people.ts";

export const ORIGIN = "https://chat.test";

/** An answer whose body is known by its status alone. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls a REST route; `path` is what follows `/api/chat/`. */
export async function call(
  person: Person,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await exports.default.fetch(
    new Request(`${ORIGIN}/api/chat/${path}`, {
      method,
      headers: { Authorization: `Bearer ${person.token}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return { status: response.status, body: await response.json() };
}

/** The body of an answer with the expected status, of the expected shape. */
export function bodyOf<Schema extends v.GenericSchema>(
  answer: Answer,
  status: number,
  schema: Schema,
): v.InferOutput<Schema> {
  if (answer.status !== status) {
    throw new Error(`expected ${status}, got ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return v.parse(schema, answer.body);
}

export async function startConversation(person: Person, other: Person) {
  const answer = await call(person, "POST", "conversations/start/", { user_id: other.id });
  return bodyOf(answer, answer.status === 201 ? 201 : 200, conversationDetailSchema);
}

export async function sendMessage(
  person: Person,
  other: Person,
  content: string,
  clientId?: string,
  headers?: Readonly<Record<string, string>>,
) {
  const body = {
    recipient_id: other.id,
    content,
    ...(clientId === undefined ? {} : { client_id: clientId }),
  };
  return bodyOf(await call(person, "POST", "send/", body, headers), 201, messageSchema);
}

export async function markRead(person: Person, conversationId: number, messageIds?: readonly number[]) {
  const body = messageIds === undefined ? {} : { message_ids: messageIds };
  return bodyOf(
    await call(person, "POST", `conversations/${conversationId}/read/`, body),
    200,
    readResponseSchema,
  );
}

export async function listConversations(person: Person) {
  return bodyOf(await call(person, "GET", "conversations/"), 200, conversationListSchema);
}

export async function getConversation(person: Person, conversationId: number) {
  return bodyOf(await call(person, "GET", `conversations/${conversationId}/`), 200, conversationDetailSchema);
}

export async function getPage(person: Person, conversationId: number, query = "") {
  const answer = await call(person, "GET", `conversations/${conversationId}/messages/?${query}`);
  return bodyOf(answer, 200, historyPageSchema);
}

/** The error that an answer is. */
export function errorOf(answer: Answer): { status: number; code: string } {
  return { status: answer.status, code: v.parse(errorSchema, answer.body).code };
}
