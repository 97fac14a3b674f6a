/** Starting conversations and listing them. */
import { describe, expect } from "vitest";
import { expectBody, expectRefusal } from "../support/e2e/client.ts";
import { conversationDetail } from "../support/e2e/shapes.ts";
import { test } from "../support/e2e/test.ts";

describe.concurrent("starting", () => {
  test("[R3] a new conversation is 201 and empty, the same again 200 from either side", async ({ world }) => {
    const [ada, bob] = await Promise.all([world.user(), world.user()]);
    const created = await ada.start(bob);
    expect(created).toMatchObject({ messages: [], last_message: null, unread_count: 0 });
    const again = await ada.post("conversations/start/", { user_id: bob.id });
    expect(expectBody(again, 200, conversationDetail)).toEqual(created);
    const mirrored = await bob.post("conversations/start/", { user_id: ada.id });
    expect(expectBody(mirrored, 200, conversationDetail).id).toBe(created.id);
  });

  test("[R3] an existing conversation comes with its messages, as in R2", async ({ world }) => {
    const { ada, bob, id } = await world.pairWithHistory(3);
    const answer = await bob.post("conversations/start/", { user_id: ada.id });
    const started = expectBody(answer, 200, conversationDetail);
    expect(started).toEqual(await bob.conversation(id));
    expect(started.messages.map((message) => message.id)).toEqual([3, 2, 1]);
  });

  test("[R3] twenty starts at once from both sides give one conversation and one 201", async ({ world }) => {
    const [ada, bob] = await Promise.all([world.user(), world.user()]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        turn % 2 === 0
          ? ada.post("conversations/start/", { user_id: bob.id })
          : bob.post("conversations/start/", { user_id: ada.id }),
      ),
    );
    const created = answers.filter((answer) => answer.status === 201);
    expect(created).toHaveLength(1);
    const ids = answers.map(
      (answer) => expectBody(answer, answer === created[0] ? 201 : 200, conversationDetail).id,
    );
    expect(new Set(ids).size).toBe(1);
    expect(await ada.conversations()).toHaveLength(1);
    expect(await bob.conversations()).toHaveLength(1);
  });

  test("[F6] user_id may be a numeric string", async ({ world }) => {
    const [ada, bob] = await Promise.all([world.user(), world.user()]);
    const answer = await ada.post("conversations/start/", { user_id: String(bob.id) });
    expect(expectBody(answer, 201, conversationDetail).other_participant.id).toBe(bob.id);
  });

  test("[E1] [E3] a malformed, missing, own or unknown user_id starts nothing", async ({ world }) => {
    const ada = await world.user();
    for (const userId of [
      undefined,
      null,
      "",
      "bob",
      "1.5",
      1.5,
      true,
      [],
      [1],
      {},
      ada.id,
      String(ada.id),
    ]) {
      const answer = await ada.post("conversations/start/", { user_id: userId });
      expectRefusal(answer, 400, "VALIDATION_ERROR");
    }
    const unknown = world.stranger();
    expectRefusal(await ada.post("conversations/start/", { user_id: unknown.id }), 404, "NOT_FOUND");
    expect(await ada.conversations()).toEqual([]);
  });
});

describe.concurrent("showing", () => {
  test("[F1] [F2] [R2] both sides see themselves, the other one and whose the messages are", async ({
    world,
  }) => {
    const [ada, bob] = await Promise.all([world.user({ username: "ada" }), world.user({ username: "bob" })]);
    const { conversation: id } = await ada.say(bob, "from ada");
    await bob.say(ada, "from bob");
    for (const [viewer, other, types] of [
      [ada, bob, ["received", "sent"]],
      [bob, ada, ["sent", "received"]],
    ] as const) {
      const detail = await viewer.conversation(id);
      expect(detail.other_participant.id).toBe(other.id);
      expect(new Set(detail.participants.map((one) => one.id))).toEqual(new Set([ada.id, bob.id]));
      expect(detail.participants).toHaveLength(2);
      expect(detail.messages.map((message) => message.type)).toEqual(types);
      expect(detail.messages.map((message) => [message.sender.id, message.sender.username])).toEqual([
        [bob.id, "bob"],
        [ada.id, "ada"],
      ]);
      expect((await viewer.listed(id)).other_participant).toEqual(detail.other_participant);
    }
  });

  test("[R2] the messages are page 1 of the history", async ({ world }) => {
    const { ada, bob, id } = await world.pairWithHistory(53);
    for (const viewer of [ada, bob]) {
      const [detail, history] = [await viewer.conversation(id), await viewer.messages(id, "page=1")];
      expect(detail.messages).toHaveLength(50);
      expect(detail.messages).toEqual(history.results);
      const { messages: _messages, ...summary } = detail;
      expect(summary).toEqual(await viewer.listed(id));
    }
  });

  test("[R1] the list is an array of the caller's own, last active first", async ({ world }) => {
    const [ada, bob, cleo, dan, eve] = await Promise.all([
      world.user(),
      world.user(),
      world.user(),
      world.user(),
      world.user(),
    ]);
    expect(await ada.conversations()).toEqual([]);
    const withBob = (await ada.start(bob)).id;
    const withCleo = (await ada.start(cleo)).id;
    const withDan = (await dan.say(ada, "hi")).conversation;
    await bob.start(eve);
    const order = async () => (await ada.conversations()).map((one) => one.id);
    expect(await order()).toEqual([withDan, withCleo, withBob]);
    await bob.say(ada, "back on top");
    expect(await order()).toEqual([withBob, withDan, withCleo]);
    await ada.say(cleo, "my own count too");
    expect(await order()).toEqual([withCleo, withBob, withDan]);
    expect(await eve.conversations()).toHaveLength(1);
  });

  test("[F3] updated_at is the creation's, then the last message's time", async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    const created = await ada.listed(id);
    expect(created.updated_at).toBe(created.created_at);
    const first = await ada.say(bob, "one");
    const second = await bob.say(ada, "two");
    for (const viewer of [ada, bob]) {
      const shown = await viewer.listed(id);
      expect(shown.created_at).toBe(created.created_at);
      expect(shown.updated_at).toBe(second.timestamp);
      expect(shown.last_message).toEqual({
        id: second.id,
        content: "two",
        sender_id: bob.id,
        timestamp: second.timestamp,
        is_read: false,
      });
    }
    await ada.read(id);
    expect((await ada.listed(id)).updated_at).toBe(second.timestamp);
    expect(Date.parse(first.timestamp)).toBeGreaterThanOrEqual(Date.parse(created.created_at));
    expect(Date.parse(second.timestamp)).toBeGreaterThanOrEqual(Date.parse(first.timestamp));
  });

  test("[F3] unread_count counts what others sent and the caller has not read", async ({ world }) => {
    const { ada, bob, id } = await world.pair();
    const unread = async () => [
      (await ada.listed(id)).unread_count,
      (await bob.conversation(id)).unread_count,
    ];
    await ada.say(bob, "one");
    await ada.say(bob, "two");
    await bob.say(ada, "three");
    expect(await unread()).toEqual([1, 2]);
    await bob.read(id, [1]);
    expect(await unread()).toEqual([1, 1]);
    await ada.read(id);
    expect(await unread()).toEqual([0, 1]);
    await ada.say(bob, "four");
    expect(await unread()).toEqual([0, 2]);
  });

  test("[E3] an unknown conversation and one of others are not told apart", async ({ world }) => {
    const { id } = await world.pair();
    const eve = await world.user();
    const routes = (which: number | string) => [
      () => eve.get(`conversations/${which}/`),
      () => eve.get(`conversations/${which}/messages/`),
      () => eve.post(`conversations/${which}/read/`, {}),
    ];
    const bodies = new Set<string>();
    for (const which of [id, id + 1_000_000, "99999999999999999999"]) {
      for (const ask of routes(which)) {
        const answer = await ask();
        expectRefusal(answer, 404, "NOT_FOUND");
        bodies.add(answer.text);
      }
    }
    expect([...bodies]).toHaveLength(1);
    for (const ask of routes("abc")) expectRefusal(await ask(), 404, "NOT_FOUND");
  });
});
