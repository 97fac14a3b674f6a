/** Finding people: the sign-in of development, the search, and who of one's partners is online. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { userSearchSchema } from "../../src/protocol/rest.ts";
import { userSchema } from "../../src/protocol/shapes.ts";
import { advance, controlClock } from "../support/workers/clock.ts";
import { bodyOf, call, errorOf, ORIGIN, sendMessage, startConversation } from "../support/workers/http.ts";
import { evict, inboxOf } from "../support/workers/objects.ts";
import { newPerson, withShortToken, type Person } from "../support/workers/people.ts";
import { openInbox } from "../support/workers/socket.ts";

controlClock();

const signedInSchema = v.object({ token: v.string(), user: userSchema });

async function signIn(body: string): Promise<{ status: number; body: unknown }> {
  const response = await exports.default.fetch(
    new Request(`${ORIGIN}/api/dev/sign-in`, { method: "POST", body }),
  );
  return { status: response.status, body: await response.json() };
}

describe("signing in for development", () => {
  test("a name gives a token that the server takes, and the same user each time", async () => {
    const first = bodyOf(await signIn('{"name":"Grace Hopper"}'), 200, signedInSchema);
    const again = bodyOf(await signIn('{"name":" Grace Hopper "}'), 200, signedInSchema);
    expect(again.user).toEqual(first.user);
    expect(first.user).toMatchObject({ username: "Grace Hopper", display_name: "Grace Hopper" });
    const person: Person = { id: first.user.id, username: first.user.username, token: first.token };
    expect((await call(person, "GET", "conversations/")).body).toEqual([]);
  });

  test.each(['{"name":""}', '{"name":"  "}', "{}", '{"name":7}', `{"name":"${"x".repeat(41)}"}`])(
    "%s is no name",
    async (body) => {
      expect(errorOf(await signIn(body))).toEqual({ status: 400, code: "VALIDATION_ERROR" });
    },
  );
});

describe("searching users", () => {
  test("finds by the beginning of a name, in any case, and never the one who asks", async () => {
    const caller = await newPerson("Zoe");
    const other = await newPerson("zoe");
    await call(caller, "GET", "conversations/");
    await call(other, "GET", "conversations/");
    const found = async (search: string) => {
      const answer = await call(caller, "GET", `users/?search=${encodeURIComponent(search)}`);
      return bodyOf(answer, 200, userSearchSchema).results.map((user) => user.id);
    };
    expect(await found("ZOE")).toEqual([other.id]);
    expect(await found(other.username)).toEqual([other.id]);
    expect(await found("oe")).toEqual([]);
    expect(await found("%")).toEqual([]);
  });

  test.each(["", "?search=", "?search=%20", `?search=${"x".repeat(101)}`, "?search=%00"])(
    "users/%s is refused",
    async (query) => {
      const answer = await call(await newPerson(), "GET", `users/${query}`);
      expect(errorOf(answer)).toEqual({ status: 400, code: "VALIDATION_ERROR" });
    },
  );
});

describe("presence across the list", () => {
  test("partners learn who comes and who leaves for good, and a newcomer who is there", async () => {
    const [ada, bob] = [await newPerson("ada"), await newPerson("bob")];
    await call(bob, "GET", "conversations/");
    await startConversation(ada, bob);
    await sendMessage(ada, bob, "hello");
    const adaInbox = await openInbox(ada, 0);
    await adaInbox.until("synced");

    const bobInbox = await openInbox(bob, 0);
    expect(await adaInbox.until("presence")).toMatchObject({ user_id: bob.id, is_online: true });
    await bobInbox.until("synced");
    expect(await bobInbox.until("presence")).toMatchObject({ user_id: ada.id, is_online: true });

    await evict(inboxOf(bob.id));
    await bobInbox.close();
    expect(await runDurableObjectAlarm(inboxOf(bob.id))).toBe(true);
    // Both came at almost the same time, so Ada may have been told that Bob is there twice: as he came, and when she asked.
    let told = await adaInbox.until("presence");
    while (told.is_online) told = await adaInbox.until("presence");
    expect(told).toMatchObject({ user_id: bob.id });
  });

  test("two who begin to talk learn that the other is there", async () => {
    const [ada, bob] = [await newPerson("ada"), await newPerson("bob")];
    const [adaInbox, bobInbox] = [await openInbox(ada, 0), await openInbox(bob, 0)];
    for (const inbox of [adaInbox, bobInbox]) await inbox.until("synced");
    await startConversation(ada, bob);
    await sendMessage(ada, bob, "hello");
    expect(await adaInbox.until("presence")).toMatchObject({ user_id: bob.id, is_online: true });
    expect(await bobInbox.until("presence")).toMatchObject({ user_id: ada.id, is_online: true });
  });

  test("one who comes back at once was never away", async () => {
    const [ada, bob] = [await newPerson("ada"), await newPerson("bob")];
    await call(bob, "GET", "conversations/");
    await startConversation(ada, bob);
    const adaInbox = await openInbox(ada, 0);
    await adaInbox.until("synced");
    const first = await openInbox(bob, 0);
    await adaInbox.until("presence");
    await first.close();
    await openInbox(bob, 0);
    expect(await adaInbox.until("presence")).toMatchObject({ is_online: true });
    await runDurableObjectAlarm(inboxOf(bob.id));
    await sendMessage(bob, ada, "still here");
    expect((await adaInbox.nextWithKeys()).event.type).toBe("new_message");
  });

  test("[A1] a device whose token has run out is let go by the alarm, and its user shown as gone", async () => {
    const [ada, bob] = [await newPerson("ada"), await newPerson("bob")];
    await call(bob, "GET", "conversations/");
    await startConversation(ada, bob);
    const adaInbox = await openInbox(ada, 0);
    await adaInbox.until("synced");
    const bobInbox = await openInbox(await withShortToken(bob, 600));
    await adaInbox.until("presence");
    advance(601_000);
    expect(await runDurableObjectAlarm(inboxOf(bob.id))).toBe(true);
    expect(await bobInbox.next("error")).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await bobInbox.closed).toMatchObject({ code: 4001 });
    expect(await adaInbox.until("presence")).toMatchObject({ user_id: bob.id, is_online: false });
  });
});
