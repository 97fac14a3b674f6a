/** Who a token makes the caller, over REST and on sockets, on a server that has the shared secret alone. */
import { describe, expect } from "vitest";
import { expectRefusal } from "../support/e2e/client.ts";
import { accessClaims, hmacToken, seconds, unsignedToken, type Claims } from "../support/e2e/tokens.ts";
import { test } from "../support/e2e/test.ts";
import type { World } from "../support/e2e/world.ts";

/** The id of the user that a token names, told by who sends its messages; undefined where it is refused. */
async function userOf(world: World, token: string): Promise<number | undefined> {
  const other = await world.user();
  const caller = world.as(0, token);
  const answer = await caller.get("conversations/");
  if (answer.status === 401) {
    expectRefusal(answer, 401, "UNAUTHORIZED");
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer\b/);
    return undefined;
  }
  return (await caller.say(other, "who am I?")).sender.id;
}

describe.concurrent("the user of a token", () => {
  for (const [title, claims] of [
    ["an integer user_id", (id: number) => ({ user_id: id })],
    ["a numeric string as user_id", (id: number) => ({ user_id: String(id) })],
    ["sub where user_id is missing", (id: number) => ({ user_id: undefined, sub: id })],
    ["a numeric string as sub", (id: number) => ({ user_id: undefined, sub: String(id) })],
    ["sub where user_id is null", (id: number) => ({ user_id: null, sub: String(id) })],
    ["user_id before sub", (id: number) => ({ user_id: id, sub: "1" })],
    ["no token_type", (id: number) => ({ user_id: id, token_type: undefined })],
    ["an nbf that has passed", (id: number) => ({ user_id: id, nbf: seconds(-60) })],
    [
      "nothing but user_id and exp",
      (id: number) => ({ user_id: id, jti: undefined, iat: undefined, token_type: undefined }),
    ],
  ] satisfies [string, (id: number) => Claims][]) {
    test(`[A1] is taken from ${title}`, async ({ world }) => {
      const { id } = world.stranger();
      expect(await userOf(world, world.token(0, claims(id)))).toBe(id);
    });
  }

  for (const [title, claims] of [
    ["user_id zero", { user_id: 0 }],
    ["a negative user_id", { user_id: -7 }],
    ["a fraction as user_id", { user_id: 1.5 }],
    ["a word as user_id", { user_id: "seven" }],
    ["a number and a word as user_id", { user_id: "7a" }],
    ["an empty user_id", { user_id: "" }],
    ["a boolean user_id", { user_id: true }],
    ["a list as user_id", { user_id: [7] }],
    ["an object as user_id", { user_id: { id: 7 } }],
    ["a user_id of more than 53 bits", { user_id: "9007199254740993" }],
    ["a wrong user_id beside a good sub", { user_id: "seven", sub: "7" }],
    ["neither user_id nor sub", { user_id: undefined }],
    ["a word as sub", { user_id: undefined, sub: "seven" }],
    ["no exp", { exp: undefined }],
    ["a word as exp", { exp: "tomorrow" }],
    ["an exp of a second ago", { exp: seconds(-1) }],
    ["an nbf to come", { nbf: seconds(600) }],
    ["a refresh token", { token_type: "refresh" }],
    ["a token_type that is no string", { token_type: 1 }],
  ] satisfies [string, Claims][]) {
    test(`[A1] [E2] is nobody with ${title}`, async ({ world }) => {
      expect(await userOf(world, world.token(world.stranger().id, claims))).toBeUndefined();
    });
  }
});

describe.concurrent("a token that was not issued", () => {
  for (const [title, forge] of [
    [
      "another secret",
      (_secret: string, claims: Claims) => hmacToken("another secret of some length, as long", claims),
    ],
    [
      "HS384 though only HS256 is configured",
      (secret: string, claims: Claims) => hmacToken(secret, claims, "HS384"),
    ],
    [
      "HS512 though only HS256 is configured",
      (secret: string, claims: Claims) => hmacToken(secret, claims, "HS512"),
    ],
    ["the algorithm none", (_secret: string, claims: Claims) => unsignedToken(claims)],
    ["the algorithm None", (_secret: string, claims: Claims) => unsignedToken(claims, "None")],
    [
      "its signature cut off",
      (secret: string, claims: Claims) => hmacToken(secret, claims).replace(/[^.]*$/, ""),
    ],
    [
      "its claims exchanged",
      (secret: string, claims: Claims) => {
        const [header, , signature] = hmacToken(secret, claims).split(".");
        const [, other] = hmacToken(secret, { ...claims, user_id: 1 }).split(".");
        return [header, other, signature].join(".");
      },
    ],
    ["claims that are no object", (secret: string) => hmacToken(secret, [1])],
    ["no structure", () => "not-a-token"],
    ["an empty header", () => ".."],
  ] satisfies [string, (secret: string, claims: Claims) => string][]) {
    test(`[A2] [E2] is refused with ${title}`, async ({ world }) => {
      const claims = accessClaims(world.stranger().id);
      expect(await userOf(world, forge(world.server.secret, claims))).toBeUndefined();
    });
  }
});

describe.concurrent("where the token goes", () => {
  for (const scheme of ["Bearer", "bearer", "BEARER", "bEaReR"]) {
    test(`[A3] REST takes the scheme written ${scheme}`, async ({ world }) => {
      const { token } = world.stranger();
      const headers = { Authorization: `${scheme} ${token}` };
      expect((await world.stranger().request("/api/chat/conversations/", { headers })).status).toBe(200);
    });
  }

  test("[A3] [E2] REST takes no other scheme and no bare token", async ({ world }) => {
    const caller = world.stranger();
    for (const value of [
      `Token ${caller.token}`,
      `JWT ${caller.token}`,
      caller.token,
      "Bearer",
      "Bearer ",
      "",
    ]) {
      const answer = await caller.request("/api/chat/conversations/", { headers: { Authorization: value } });
      expectRefusal(answer, 401, "UNAUTHORIZED");
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer\b/);
    }
  });

  test("[A3] REST takes no query token", async ({ world }) => {
    const caller = world.stranger();
    const path = `/api/chat/conversations/?token=${caller.token}`;
    expectRefusal(await world.as(0, "").request(path), 401, "UNAUTHORIZED");
    const ignored = await caller.request("/api/chat/conversations/?token=wrong");
    expect(ignored.status).toBe(200);
  });

  test("[A3] sockets take the query token or the header, and the header wins", async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    const stranger = world.stranger();
    const path = `/ws/chat/${id}/`;
    const watcher = await bob.openChat(id);

    const byHeader = await ada.openPath(path, { Authorization: `bearer ${ada.token}` });
    expect((await watcher.next("user_online")).user_id).toBe(ada.id);
    expect((await byHeader.next("user_online")).user_id).toBe(bob.id);
    await byHeader.close();
    expect((await watcher.next("user_offline")).user_id).toBe(ada.id);

    const overruled = await ada.openPath(`${path}?token=${stranger.token}`, {
      Authorization: `Bearer ${ada.token}`,
    });
    expect((await watcher.next("user_online")).user_id).toBe(ada.id);
    expect((await overruled.next("user_online")).user_id).toBe(bob.id);

    const refused = await ada.openPath(`${path}?token=${ada.token}`, { Authorization: "Bearer wrong" });
    expect((await refused.next("error")).code).toBe("UNAUTHORIZED");
    expect((await refused.closed).code).toBe(4001);
  });
});
