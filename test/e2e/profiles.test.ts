/** How the server comes to know users, and what it shows of them. */
import { describe, expect } from "vitest";
import { expectRefusal, type User } from "../support/e2e/client.ts";
import { addHostUser } from "../support/e2e/d1-file.ts";
import { hmacToken, accessClaims } from "../support/e2e/tokens.ts";
import { test } from "../support/e2e/test.ts";

const profile = {
  username: "grace",
  display_name: "Grace Hopper",
  first_name: "Grace",
  last_name: "Hopper",
  avatar: "https://example.test/grace.png",
  headline: "Compilers & nanoseconds",
};

/** `subject` as `viewer` sees them in their conversation. */
async function seen(viewer: User, subject: User, conversationId: number) {
  const { participants, other_participant: other } = await viewer.conversation(conversationId);
  expect(participants).toHaveLength(2);
  expect(new Set(participants.map((one) => one.id))).toEqual(new Set([viewer.id, subject.id]));
  expect(participants).toContainEqual(other);
  expect((await viewer.listed(conversationId)).other_participant).toEqual(other);
  return other;
}

describe.concurrent("knowing users", () => {
  test("[A4] a user is known from the first valid token over REST", async ({ world }) => {
    const ada = await world.user();
    const bob = world.stranger();
    expectRefusal(await ada.post("conversations/start/", { user_id: bob.id }), 404, "NOT_FOUND");
    expect((await bob.get("conversations/")).status).toBe(200);
    expect((await ada.start(bob)).other_participant.id).toBe(bob.id);
  });

  test("[A4] a user is known from the first valid token on a socket", async ({ world }) => {
    const ada = await world.user();
    const bob = world.stranger({ username: "bob" });
    const socket = await bob.openNotifications();
    await socket.expectSilence();
    expect((await ada.start(bob)).other_participant).toMatchObject({ id: bob.id, username: "bob" });
  });

  test("[A4] a refused token makes nobody known", async ({ world }) => {
    const ada = await world.user();
    const { id } = world.stranger();
    const forged = world.as(id, hmacToken("another secret of some length, as long", accessClaims(id)));
    expect((await forged.get("conversations/")).status).toBe(401);
    expectRefusal(await ada.post("conversations/start/", { user_id: id }), 404, "NOT_FOUND");
  });

  test("[A4] a user whom the host application has put there is known", async ({ world }) => {
    const ada = await world.user();
    const hosted = world.stranger();
    addHostUser(world.server.persistTo, hosted.id, "hosted");
    const { id, other_participant: other } = await ada.start(hosted);
    expect(other).toEqual({
      id: hosted.id,
      username: "hosted",
      display_name: "hosted",
      first_name: "",
      last_name: "",
      avatar: null,
      headline: "",
    });
    await hosted.conversations();
    expect((await ada.listed(id)).other_participant).toEqual(other);
  });
});

describe.concurrent("profiles", () => {
  test("[A4] [F2] without claims the username is user-<id> and the rest is empty", async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    expect(await seen(ada, bob, id)).toEqual({
      id: bob.id,
      username: `user-${bob.id}`,
      display_name: `user-${bob.id}`,
      first_name: "",
      last_name: "",
      avatar: null,
      headline: "",
    });
  });

  test("[A4] claims fill the profile", async ({ world }) => {
    const ada = await world.user();
    const grace = await world.user(profile);
    const { id } = await ada.start(grace);
    expect(await seen(ada, grace, id)).toEqual({ id: grace.id, ...profile });
  });

  test("[F2] display_name falls back to username", async ({ world }) => {
    const ada = await world.user();
    const grace = await world.user({ username: "grace" });
    const { id } = await ada.start(grace);
    expect(await seen(ada, grace, id)).toMatchObject({
      username: "grace",
      display_name: "grace",
      first_name: "",
    });
  });

  for (const [title, extra] of [
    ["with iat", {}],
    ["without iat", { iat: undefined }],
  ] as const) {
    test(`[A4] changed claims refresh the profile, in tokens ${title}`, async ({ world }) => {
      const ada = await world.user();
      const grace = await world.user({ ...profile, ...extra });
      const { id } = await ada.start(grace);
      const changes = { display_name: "Rear Admiral Hopper", headline: "" };
      await grace.withToken(world.token(grace.id, { ...profile, ...changes, ...extra })).conversations();
      expect(await seen(ada, grace, id)).toEqual({ id: grace.id, ...profile, ...changes });
    });
  }

  test("[A4] changed claims show in messages too", async ({ world }) => {
    const ada = await world.user();
    const grace = await world.user(profile);
    const { conversation: id } = await grace.say(ada, "hello");
    await grace
      .withToken(world.token(grace.id, { username: "amazing-grace", display_name: "Amazing Grace" }))
      .conversations();
    const [message] = (await ada.messages(id)).results;
    expect(message?.sender).toEqual({
      id: grace.id,
      username: "amazing-grace",
      display_name: "Amazing Grace",
      avatar: profile.avatar,
    });
  });

  test("[A4] a later token without claims leaves the profile as it is", async ({ world }) => {
    const ada = await world.user();
    const grace = await world.user(profile);
    const { id } = await ada.start(grace);
    await grace.withToken(world.token(grace.id)).conversations();
    expect(await seen(ada, grace, id)).toEqual({ id: grace.id, ...profile });
  });

  test("[A4] a claim of the wrong type is passed over, the others count", async ({ world }) => {
    const ada = await world.user();
    const grace = await world.user(profile);
    const { id } = await ada.start(grace);
    const odd = {
      username: 7,
      display_name: ["Grace"],
      first_name: true,
      last_name: { is: "Hopper" },
      avatar: 1,
    };
    const answer = await grace
      .withToken(world.token(grace.id, { ...odd, headline: "Navy" }))
      .get("conversations/");
    expect(answer.status).toBe(200);
    expect(await seen(ada, grace, id)).toEqual({ id: grace.id, ...profile, headline: "Navy" });
  });

  test("[A4] claims of the wrong type in a first token leave the defaults", async ({ world }) => {
    const ada = await world.user();
    const odd = await world.user({ username: 7, avatar: { url: "x" }, display_name: false });
    const { id } = await ada.start(odd);
    expect(await seen(ada, odd, id)).toMatchObject({ username: `user-${odd.id}`, avatar: null });
  });

  test("[A4] usernames need not be unique", async ({ world }) => {
    const [ada, one, two] = await Promise.all([
      world.user(),
      world.user({ username: "twin" }),
      world.user({ username: "twin" }),
    ]);
    const [first, second] = [await ada.start(one), await ada.start(two)];
    expect(first.id).not.toBe(second.id);
    expect([first, second].map(({ other_participant: other }) => [other.id, other.username])).toEqual([
      [one.id, "twin"],
      [two.id, "twin"],
    ]);
  });
});
