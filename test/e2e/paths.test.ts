/** Where things are: slashes, prefixes, unknown paths, methods that a path does not have. */
import { describe, expect } from "vitest";
import { expectBody, expectRefusal, type User } from "../support/e2e/client.ts";
import { list } from "../support/e2e/decode.ts";
import { request } from "../support/e2e/http.ts";
import { conversation, conversationDetail, message, page, readReceipt } from "../support/e2e/shapes.ts";
import { test } from "../support/e2e/test.ts";
import type { World } from "../support/e2e/world.ts";

/** The REST routes with the method that each has, without their prefix. */
function routes(id: number) {
  return [
    { method: "GET", route: "conversations/" },
    { method: "GET", route: `conversations/${id}/` },
    { method: "POST", route: "conversations/start/" },
    { method: "GET", route: `conversations/${id}/messages/` },
    { method: "POST", route: `conversations/${id}/read/` },
    { method: "POST", route: "send/" },
  ];
}

function post(user: User, path: string, body: unknown) {
  return user.request(path, { method: "POST", body: JSON.stringify(body) });
}

describe.concurrent("REST paths", () => {
  for (const prefix of ["/api/chat/", "/chat/"]) {
    for (const slash of ["/", ""]) {
      test(`[P1] [P2] every route answers at ${prefix}…${slash}`, async ({ world }) => {
        const [ada, bob] = await Promise.all([world.user(), world.user()]);
        const at = (route: string) => `${prefix}${route}${slash}`;
        const started = await post(ada, at("conversations/start"), { user_id: bob.id });
        const { id } = expectBody(started, 201, conversationDetail);
        const sent = expectBody(
          await post(ada, at("send"), { recipient_id: bob.id, content: "hi" }),
          201,
          message,
        );
        expect(sent).toMatchObject({ conversation: id, id: 1 });
        expect(expectBody(await bob.request(at("conversations")), 200, list(conversation))).toHaveLength(1);
        expect(expectBody(await bob.request(at(`conversations/${id}`)), 200, conversationDetail).id).toBe(id);
        const history = expectBody(
          await bob.request(`${at(`conversations/${id}/messages`)}?page_size=1`),
          200,
          page,
        );
        expect(history.results).toHaveLength(1);
        const read = expectBody(await post(bob, at(`conversations/${id}/read`), {}), 200, readReceipt);
        expect(read.message_ids).toEqual([1]);
      });
    }
  }

  test("[P2] both prefixes show the same", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(2);
    for (const route of ["conversations/", `conversations/${id}/`]) {
      const [long, short] = await Promise.all([
        ada.request(`/api/chat/${route}`),
        ada.request(`/chat/${route}`),
      ]);
      expect(long.status).toBe(200);
      expect(short.body).toEqual(long.body);
    }
  });

  test("[E3] an unknown path is 404, with or without a token", async ({ world }) => {
    const user = await world.user();
    const paths = [
      "/api/chat/nothing/",
      "/chat/nothing",
      "/api/chat/conversations/1/nothing/",
      "/api/nothing/",
    ];
    for (const path of [...paths, "/ws/nothing/", "/api/chat/conversations/start/1/", "/api/chat/send/1"]) {
      expectRefusal(await user.request(path), 404, "NOT_FOUND");
      expectRefusal(await post(user, path, {}), 404, "NOT_FOUND");
      expectRefusal(await request(world.server.url, path), 404, "NOT_FOUND");
    }
  });

  test("[E4] a known path with another method is 405", async ({ world }) => {
    const { ada, id } = await world.pair();
    for (const { method, route } of routes(id)) {
      const others = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((other) => other !== method);
      for (const other of others) {
        for (const path of [`/api/chat/${route}`, `/chat/${route.slice(0, -1)}`]) {
          const answer = await ada.request(path, { method: other });
          expectRefusal(answer, 405, "METHOD_NOT_ALLOWED");
        }
      }
    }
  });
});

describe.concurrent("socket paths", () => {
  async function accepted(world: World, suffix: string): Promise<void> {
    const { ada, bob, id } = await world.pair();
    const chat = await ada.openPath(`/ws/chat/${id}${suffix}?token=${ada.token}`);
    const notifications = await bob.openPath(`/ws/chat/notifications${suffix}?token=${bob.token}`);
    chat.send({ type: "chat_message", content: "hello" });
    expect((await chat.next("chat_message")).conversation_id).toBe(id);
    expect((await notifications.next("new_message")).conversation_id).toBe(id);
  }

  test("[P1] [P3] the sockets open with a trailing slash", ({ world }) => accepted(world, "/"));
  test("[P1] [P3] the sockets open without a trailing slash", ({ world }) => accepted(world, ""));

  test("[C2] [N1] a plain request to a socket path is 426, whoever asks", async ({ world }) => {
    const { ada, id } = await world.pair();
    for (const path of [
      `/ws/chat/${id}/`,
      `/ws/chat/${id}`,
      "/ws/chat/notifications/",
      "/ws/chat/notifications",
    ]) {
      expect((await ada.request(path)).status).toBe(426);
      expect((await request(world.server.url, path)).status).toBe(426);
    }
  });
});
