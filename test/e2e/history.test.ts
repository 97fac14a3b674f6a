/** Paging through a conversation's history, by page and by id. */
import { describe, expect } from "vitest";
import { expectRefusal, type User } from "../support/e2e/client.ts";
import type { Page } from "../support/e2e/shapes.ts";
import { test } from "../support/e2e/test.ts";

const TOTAL = 120;

/** The integers from `first` down to `last`. */
function down(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, first - last + 1) }, (_, index) => first - index);
}

function ids(page: Page): number[] {
  return page.results.map((message) => message.id);
}

/** The pages from `page` on to the oldest, each by the URL that the one before gave. */
async function walk(user: User, page: Page): Promise<Page[]> {
  const pages = [page];
  for (let { next } = page; next !== null;) {
    const further = await user.follow(next);
    pages.push(further);
    next = further.next;
    if (pages.length > TOTAL) throw new Error("next never ends");
  }
  return pages;
}

describe.concurrent("by page", () => {
  test("[R4] [C17] pages of 50 from the newest back, laid end to end in order", async ({ world }) => {
    const { ada, bob, id } = await world.pairWithHistory(TOTAL);
    const pages = await Promise.all([1, 2, 3].map((number) => bob.messages(id, `page=${number}`)));
    expect(pages.map(ids)).toEqual([down(120, 71), down(70, 21), down(20, 1)]);
    expect(pages.map((page) => page.has_more)).toEqual([true, true, false]);
    expect(pages.map((page) => page.count)).toEqual([TOTAL, TOTAL, TOTAL]);
    expect(pages.map((page) => page.previous === null)).toEqual([true, false, false]);
    expect(pages.map((page) => page.next === null)).toEqual([false, false, true]);
    expect(pages[0]).toEqual(await bob.messages(id));
    const all = pages.flatMap((page) => page.results);
    expect(all.map((message) => message.content)).toEqual(down(120, 1).map((number) => `message ${number}`));
    expect(all.every((message) => message.sender.id === ada.id && message.type === "received")).toBe(true);
    const times = all.map((message) => message.timestamp);
    expect([...times].sort().reverse()).toEqual(times);
  });

  test("[R4] next and previous are URLs that lead through the pages", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(TOTAL);
    const pages = await walk(ada, await ada.messages(id, "page_size=25"));
    expect(pages.map(ids)).toEqual([down(120, 96), down(95, 71), down(70, 46), down(45, 21), down(20, 1)]);
    let back = pages.at(-1);
    for (const expected of pages.slice(0, -1).reverse()) {
      expect(back?.previous).not.toBeNull();
      back = await ada.follow(back?.previous ?? "");
      expect(back).toEqual(expected);
    }
    expect(back?.previous).toBeNull();
  });

  test("[R4] [P2] the URLs work from the prefix without /api too", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(5);
    const first = await ada.follow(`${world.server.url}/chat/conversations/${id}/messages?page_size=2`);
    const pages = await walk(ada, first);
    expect(pages.map(ids)).toEqual([[5, 4], [3, 2], [1]]);
  });

  test("[R4] [R9] [C17] a long history reads alike at any depth", async ({ world }) => {
    const total = 720;
    const { ada, bob, id } = await world.pairWithHistory(total);
    const some = await bob.read(id, [1, 2, 350]);
    const rest = await bob.read(id);
    expect(rest.message_ids).toHaveLength(total - 3);
    const pages = await walk(ada, await ada.messages(id, "page_size=100"));
    const all = pages.flatMap((page) => page.results);
    expect(all.map((message) => [message.id, message.content])).toEqual(
      down(total, 1).map((number) => [number, `message ${number}`]),
    );
    for (const message of all) {
      const receipt = some.message_ids.includes(message.id) ? some : rest;
      expect(message).toMatchObject({ is_read: true, read_at: receipt.read_at, type: "sent" });
    }
    expect(new Set(pages.map((page) => page.count))).toEqual(new Set([total]));
    const byId = await walk(ada, await ada.messages(id, `before=${total + 1}&limit=90`));
    expect(byId.flatMap((page) => page.results)).toEqual(all);
  });

  test("[R4] page_size goes from 1 to 100", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(TOTAL);
    expect(ids(await ada.messages(id, "page_size=1"))).toEqual([120]);
    expect(ids(await ada.messages(id, "page_size=1&page=120"))).toEqual([1]);
    expect(ids(await ada.messages(id, "page_size=100"))).toEqual(down(120, 21));
    const last = await ada.messages(id, "page=2&page_size=60");
    expect(last).toMatchObject({ has_more: false, next: null });
    expect(ids(last)).toEqual(down(60, 1));
  });

  test("[R4] past the end there are no results", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(3);
    for (const query of ["page=2", "page=2&page_size=3", "page=900719925"]) {
      expect(await ada.messages(id, query)).toMatchObject({
        results: [],
        count: 3,
        has_more: false,
        next: null,
      });
    }
  });

  test("[R4] a conversation without messages has an empty page", async ({ world }) => {
    const { ada, id } = await world.pair();
    expect(await ada.messages(id)).toEqual({
      results: [],
      count: 0,
      has_more: false,
      next: null,
      previous: null,
    });
  });

  test("[E1] page and page_size out of range are 400", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(1);
    for (const name of ["page", "page_size"]) {
      for (const value of ["0", "-1", "1.5", "abc", "", "1e1", "0x1", "%201"]) {
        expectRefusal(
          await ada.get(`conversations/${id}/messages/?${name}=${value}`),
          400,
          "VALIDATION_ERROR",
        );
      }
    }
    expectRefusal(await ada.get(`conversations/${id}/messages/?page_size=101`), 400, "VALIDATION_ERROR");
  });
});

describe.concurrent("by id", () => {
  test("[R9] before gives the next older ones, without drifting", async ({ world }) => {
    const { ada, bob, id } = await world.pairWithHistory(TOTAL);
    const first = await ada.messages(id, "before=101&limit=50");
    expect(ids(first)).toEqual(down(100, 51));
    expect(first).toMatchObject({ count: TOTAL, has_more: true, previous: null });
    await bob.say(ada, "one more meanwhile");
    const pages = await walk(ada, first);
    expect(pages.map(ids)).toEqual([down(100, 51), down(50, 1)]);
    expect(pages[1]).toMatchObject({ count: TOTAL + 1, has_more: false, next: null, previous: null });
  });

  test("[R9] limit is 50 by default and goes from 1 to 100", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(TOTAL);
    expect(ids(await ada.messages(id, "before=121"))).toEqual(down(120, 71));
    expect(ids(await ada.messages(id, "before=121&limit=1"))).toEqual([120]);
    expect(ids(await ada.messages(id, "before=121&limit=100"))).toEqual(down(120, 21));
    expect(await ada.messages(id, "before=21&limit=20")).toMatchObject({ has_more: false, next: null });
  });

  test("[R9] before the first id there is nothing, before one to come there is the newest", async ({
    world,
  }) => {
    const { ada, id } = await world.pairWithHistory(3);
    const empty = { results: [], count: 3, has_more: false, next: null, previous: null };
    expect(await ada.messages(id, "before=1")).toEqual(empty);
    expect(ids(await ada.messages(id, "before=1000000"))).toEqual([3, 2, 1]);
  });

  test("[R9] before wins over page", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(5);
    expect(ids(await ada.messages(id, "before=4&page=2&limit=2"))).toEqual([3, 2]);
  });

  test("[R9] [E1] a bad before and a limit out of range are 400", async ({ world }) => {
    const { ada, id } = await world.pairWithHistory(1);
    for (const query of ["before=abc", "before=-1", "before=1.5", "before=", "before=2&limit=abc"]) {
      expectRefusal(await ada.get(`conversations/${id}/messages/?${query}`), 400, "VALIDATION_ERROR");
    }
    for (const limit of ["0", "101", "-1", "1.5", ""]) {
      const answer = await ada.get(`conversations/${id}/messages/?before=2&limit=${limit}`);
      expectRefusal(answer, 400, "VALIDATION_ERROR");
    }
  });
});
