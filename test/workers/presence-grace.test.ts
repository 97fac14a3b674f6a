import { beforeAll, describe, expect, test } from "vitest";
import { DEAD_AFTER_MS } from "../../src/protocol/limits.ts";
import { advance, controlClock } from "../support/workers/clock.ts";
import { modes, newChat, newPair } from "../support/workers/modes.ts";
import {
  alarmOf,
  evict,
  followersDone,
  roomOf,
  runAlarm,
  setRoomSettings,
} from "../support/workers/objects.ts";
import { withShortToken } from "../support/workers/people.ts";
import { openCore, openInbox, openSync } from "../support/workers/socket.ts";

const GRACE_MS = 20_000;

controlClock();

beforeAll(async () => {
  const { id } = await newPair();
  await setRoomSettings(id, { presenceGraceMs: GRACE_MS });
});

describe.each(modes)("the grace time, $mode", (mode) => {
  test("[sync] [C10] a blip within it shows neither offline nor online", async () => {
    const chat = await newChat(mode);
    const ann = await chat.core(chat.ann);
    const ben = await chat.core(chat.ben);
    await ann.next("user_online");
    await ben.close();
    advance(14_000);
    await chat.step();
    await runAlarm(chat.id);
    await chat.core(chat.ben);
    await ann.expectSilence();
    advance(GRACE_MS);
    await chat.step();
    await runAlarm(chat.id);
    await ann.expectSilence();
  });

  test("[sync] [C10] past it the alarm shows the user offline, once", async () => {
    const chat = await newChat(mode);
    const ann = await chat.core(chat.ann);
    const ben = await chat.core(chat.ben);
    await ann.next("user_online");
    const leftAt = Date.now();
    await ben.close();
    await ann.expectSilence();
    const due = await alarmOf(chat.id);
    expect(due).toBeGreaterThanOrEqual(leftAt + GRACE_MS);
    expect(due).toBeLessThan(leftAt + GRACE_MS + 5_000);
    advance(GRACE_MS + 1_000);
    await chat.step();
    expect(await runAlarm(chat.id)).toBe(true);
    expect(await ann.next("user_offline")).toMatchObject({ user_id: chat.ben.id });
    await runAlarm(chat.id);
    await ann.expectSilence();
    await chat.core(chat.ben);
    await ann.next("user_online");
  });

  test("[sync] [C9] a newcomer is told of somebody within their grace time", async () => {
    const chat = await newChat(mode);
    const ben = await chat.core(chat.ben);
    await ben.close();
    const ann = await chat.core(chat.ann);
    expect(await ann.next("user_online")).toMatchObject({ user_id: chat.ben.id });
  });

  test("[C15] typing ends at once all the same", async () => {
    const chat = await newChat(mode);
    const ann = await chat.core(chat.ann);
    const ben = await chat.core(chat.ben);
    await ann.next("user_online");
    await ben.send({ type: "typing" });
    await ann.next("typing");
    await ben.close();
    expect(await ann.next("typing")).toMatchObject({ is_typing: false });
    await ann.expectSilence();
  });

  test("[sync] a sync peer that has vanished is offline by the alarm, one that pings stays", async () => {
    const chat = await newChat(mode);
    const ann = await chat.sync(chat.ann, 0);
    await ann.next("synced");
    const ben = await chat.sync(chat.ben, 0);
    await ann.next("user_online");
    const due = await alarmOf(chat.id);
    expect(due).toBeLessThanOrEqual(Date.now() + DEAD_AFTER_MS);
    // The platform stamps pings by its own clock, which does not move with the test's: a frame is a sign of life as well.
    advance(DEAD_AFTER_MS - 5_000);
    ann.sendNow({ type: "typing" });
    await ann.expectSilence();
    advance(6_000);
    await runAlarm(chat.id);
    expect(await ben.closed).toMatchObject({ code: 1013 });
    advance(GRACE_MS + 1_000);
    await runAlarm(chat.id);
    expect(await ann.until("user_offline")).toMatchObject({ user_id: chat.ben.id });
  });

  test("[A1] a socket whose token has expired neither sends nor receives, and leaves", async () => {
    const chat = await newChat(mode);
    const ann = await chat.core(chat.ann);
    const ben = await openCore(await withShortToken(chat.ben, 600), chat.id);
    const benOnly = await openInbox(await withShortToken(chat.ben, 600));
    await ann.next("user_online");
    await ben.next("user_online");
    advance(601_000);
    await ann.send({ type: "chat_message", content: "not for expired ears" });
    expect(await ben.next("error")).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await ben.closed).toMatchObject({ code: 4001 });
    await ann.next("chat_message");
    expect(await benOnly.next("error")).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await benOnly.closed).toMatchObject({ code: 4001 });
    advance(GRACE_MS + 1_000);
    await chat.step();
    await runAlarm(chat.id);
    expect(await ann.next("user_offline")).toMatchObject({ user_id: chat.ben.id });
  });

  test("[A1] what an expired socket sends is not stored", async () => {
    const chat = await newChat(mode);
    const ann = await chat.core(chat.ann);
    const ben = await openCore(await withShortToken(chat.ben, 600), chat.id);
    await ann.next("user_online");
    await ben.next("user_online");
    advance(601_000);
    await ben.send({ type: "chat_message", content: "too late" });
    expect(await ben.next("error")).toMatchObject({ code: "UNAUTHORIZED" });
    await ben.closed;
    await ann.send({ type: "chat_message", content: "in time" });
    expect(await ann.next("chat_message")).toMatchObject({ message_id: 1, content: "in time" });
  });
});

describe("an idle room", () => {
  test("nothing is scheduled but the end of a token, and nothing at all once everybody has left", async () => {
    const chat = await newChat(modes[0]);
    const ann = await openCore(await withShortToken(chat.ann, 86_400), chat.id);
    ann.sendNow({ type: "chat_message", content: "hi" });
    await ann.next("chat_message");
    await followersDone(chat.id);
    await runAlarm(chat.id);
    const due = await alarmOf(chat.id);
    expect(due).toBeGreaterThan(Date.now() + 86_000_000);
    await ann.close();
    advance(GRACE_MS + 1_000);
    await runAlarm(chat.id);
    await evict(roomOf(chat.id));
    await runAlarm(chat.id);
    expect(await alarmOf(chat.id)).toBeNull();
  });

  test("a departure outlives the room's memory", async () => {
    const chat = await newChat(modes[0]);
    const ann = await openSync(chat.ann, chat.id, 0);
    const ben = await openCore(chat.ben, chat.id);
    await ann.until("user_online");
    await ben.close();
    await ann.expectSilence();
    await evict(roomOf(chat.id));
    advance(GRACE_MS + 1_000);
    await runAlarm(chat.id);
    await ann.next("user_offline");
  });
});
