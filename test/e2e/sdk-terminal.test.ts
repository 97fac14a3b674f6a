/** The scripts that come with the SDK: the terminal chat with its input from a pipe, and the token maker. */
import { spawn } from "node:child_process";
import path from "node:path";
import { describe, expect } from "vitest";
import { projectRoot } from "../../scripts/wrangler-env.ts";
import { readClaims } from "../../src/client/claims.ts";
import { test } from "../support/e2e/test.ts";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script to its end, with `input` as all that is typed. */
function run(script: string, args: readonly string[], input = ""): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(projectRoot, "scripts", script), ...args]);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      output[name] += chunk;
    });
  }
  child.stdin.end(input);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...output })));
}

describe("the terminal chat", () => {
  test("sends what it reads, shows what was sent, and ends", async ({ server }) => {
    const [ada, bob] = ["ada", "bob"].map((name) => `${name}-${crypto.randomUUID()}`);
    const args = ["--url", server.url, "--secret", server.secret];
    const first = await run(
      "chat.ts",
      ["--as", `${ada}`, "--with", `${bob}`, ...args],
      "hello\n\nare you there?\n",
    );
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain("hello ✓");
    const second = await run("chat.ts", ["--as", `${bob}`, "--with", `${ada}`, ...args], "I am");
    expect(second).toMatchObject({ code: 0, stderr: "" });
    expect(second.stdout).toMatch(/: hello\n.*: are you there\?\n[^]*I am ✓/);
  });

  test("says what is wrong", async ({ server }) => {
    expect(await run("chat.ts", ["--as", "ada"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("--with"),
    });
    const wrongKey = ["--as", "ada", "--with", "bob", "--url", server.url, "--secret", "wrong".repeat(10)];
    expect(await run("chat.ts", wrongKey)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Sign in"),
    });
  });
});

describe("the token maker", () => {
  test("prints a token that the server takes, and nothing else", async ({ server, world }) => {
    const user = await world.user();
    const args = ["--user", `${user.id}`, "--name", "ada", "--display-name", "Ada", "--expires", "1h"];
    const { code, stdout } = await run("token.ts", [...args, "--secret", server.secret]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(readClaims(stdout.trim()).userId).toBe(user.id);
    await world.as(user.id, stdout.trim()).conversations();
    expect((await run("token.ts", ["--user", "0"])).code).toBe(1);
  });
});
