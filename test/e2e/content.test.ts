/** What a message may hold and how long it may be: returned exactly as sent, or refused. */
import { describe, expect } from "vitest";
import type { ChatSocket } from "../support/e2e/chat-socket.ts";
import { expectBody, expectRefusal } from "../support/e2e/client.ts";
import { message } from "../support/e2e/shapes.ts";
import { test } from "../support/e2e/test.ts";
import type { World } from "../support/e2e/world.ts";

describe.concurrent("content", () => {
  const exact = {
    "surrounding spaces": "  padded\t\n",
    "combining marks, decomposed": "cafe\u0301 \u1e9b\u0323",
    "the same, composed": "caf\u00e9 \u1e69",
    "markup and entities": `<b onclick="x('y')">&amp; & </b><script>alert(1)</script>`,
    "right-to-left text with marks of direction": "\u202eשלום עולם\u202c مرحبا \u200f",
    "emoji with joiners and skin tones": "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈",
    "quotes, backslashes and braces": `"\\u0041" {"type":"error"} \\`,
    "control characters": "\u0001\u001f\u007f\u0085",
    "separators and a byte order mark": "\ufeffa\u2028b\u2029c\u00a0",
    "non-characters and the last plane": "\uffff\ufffe\ufffd\u{10ffff}",
    "a word that other languages take for nothing": "null",
    SQL: "'; DROP TABLE messages; --",
  };

  for (const [title, content] of Object.entries(exact)) {
    test(`[F4] is returned exactly as sent: ${title}`, async ({ world }) => {
      const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
      adaSocket.send({ type: "chat_message", content });
      expect((await adaSocket.next("chat_message")).content).toBe(content);
      expect((await bobSocket.next("chat_message")).content).toBe(content);
      expect((await ada.say(bob, content)).content).toBe(content);
      expect((await bobSocket.next("chat_message")).content).toBe(content);
      const history = await bob.messages(id);
      expect(history.results.map((one) => one.content)).toEqual([content, content]);
      expect((await ada.conversation(id)).messages[0]?.content).toBe(content);
      expect((await bob.listed(id)).last_message?.content).toBe(content);
    });
  }

  const refused = {
    nothing: JSON.stringify(""),
    blanks: JSON.stringify("   "),
    "line breaks and tabs": JSON.stringify("\r\n\t "),
    "blanks of other scripts": JSON.stringify("\u00a0\u3000\u2003"),
    "a NUL": String.raw`"before \u0000 after"`,
    "a lone high surrogate": String.raw`"before \ud83d after"`,
    "a lone low surrogate": String.raw`"before \ude00 after"`,
    "surrogates the wrong way round": String.raw`"\ude00\ud83d"`,
  };

  for (const [title, literal] of Object.entries(refused)) {
    test(`[E1] [F4] [C14] is refused on both ways: ${title}`, async ({ world }) => {
      const { ada, bob, id, adaSocket, bobSocket } = await world.chatting();
      const overRest = await ada.post("send/", `{"recipient_id":${bob.id},"content":${literal}}`);
      expectRefusal(overRest, 400, "VALIDATION_ERROR");
      adaSocket.send(`{"type":"chat_message","content":${literal}}`);
      expect((await adaSocket.next("error")).code).toBe("VALIDATION_ERROR");
      await bobSocket.expectSilence();
      expect((await bob.messages(id)).count).toBe(0);
    });
  }

  async function sendBothWays(world: World, content: string) {
    const { ada, bob, adaSocket } = await world.chatting();
    const overRest = await ada.post("send/", { recipient_id: bob.id, content });
    const fromRest = overRest.status === 201 ? await adaSocket.next("chat_message") : undefined;
    adaSocket.send({ type: "chat_message", content });
    return { overRest, fromRest, adaSocket };
  }

  for (const [title, character] of [
    ["letters", "x"],
    ["emoji of two UTF-16 units", "😀"],
    ["combining marks", "\u0301"],
  ] as const) {
    test(`[F5] [E1] 4096 code points pass and 4097 don't: ${title}`, async ({ world }) => {
      const fits = character.repeat(4096);
      const passed = await sendBothWays(world, fits);
      expect(expectBody(passed.overRest, 201, message).content).toBe(fits);
      expect(passed.fromRest?.content).toBe(fits);
      expect((await passed.adaSocket.next("chat_message")).content).toBe(fits);

      const failed = await sendBothWays(world, `${fits}${character}`);
      expectRefusal(failed.overRest, 400, "VALIDATION_ERROR");
      expect((await failed.adaSocket.next("error")).code).toBe("VALIDATION_ERROR");
    });
  }
});

describe.concurrent("size", () => {
  /** JSON of exactly `bytes` bytes that is valid but for its length. */
  function padded(fields: Readonly<Record<string, unknown>>, bytes: number): string {
    const bare = JSON.stringify({ ...fields, padding: "" });
    return JSON.stringify({ ...fields, padding: "x".repeat(bytes - bare.length) });
  }

  test("[E4] a body of 64 KiB is read, one byte more is 413", async ({ world }) => {
    const [ada, bob] = await Promise.all([world.user(), world.user()]);
    const fields = { recipient_id: bob.id, content: "small enough" };
    const full = await ada.post("send/", padded(fields, 65_536));
    expect(expectBody(full, 201, message).content).toBe("small enough");
    expectRefusal(await ada.post("send/", padded(fields, 65_537)), 413, "PAYLOAD_TOO_LARGE");
    const chunked = await ada.request("/api/chat/send/", {
      method: "POST",
      headers: { "Transfer-Encoding": "chunked" },
      body: padded(fields, 65_537),
    });
    expectRefusal(chunked, 413, "PAYLOAD_TOO_LARGE");
    expectRefusal(await ada.post("send/", "😀".repeat(16_385)), 413, "PAYLOAD_TOO_LARGE");
  });

  test("[C14] a frame of 64 KiB is read, one byte more closes with 1009", async ({ world }) => {
    const { ada, id, adaSocket, bobSocket } = await world.chatting();
    adaSocket.send(padded({ type: "chat_message", content: "small enough" }, 65_536));
    expect((await adaSocket.next("chat_message")).content).toBe("small enough");
    const closes = async (socket: ChatSocket, frame: string) => {
      socket.send(frame);
      expect((await socket.closed).code).toBe(1009);
    };
    await closes(adaSocket, padded({ type: "chat_message", content: "small enough" }, 65_537));
    // Bytes count: these are only 22,000 characters.
    await closes(
      await ada.openChat(id),
      JSON.stringify({ type: "chat_message", content: "€".repeat(22_000) }),
    );
    expect((await bobSocket.next("chat_message")).message_id).toBe(1);
    expect((await ada.messages(id)).count).toBe(1);
  });
});
