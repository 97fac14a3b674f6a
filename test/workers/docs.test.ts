/** The description of the API as the Worker serves it. */
import { exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import openapi from "../../docs/openapi.json";
import { chatRoutes } from "../../src/routes/conversations.ts";
import { userRoutes } from "../../src/routes/users.ts";

function get(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(new Request(`https://chat.test${path}`, init));
}

describe("the OpenAPI document", () => {
  test.each(["/api/schema/", "/api/schema"])("is served at %s without a token", async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(await response.json()).toEqual(openapi);
  });

  test("is not sent again to one who has it", async () => {
    const first = await get("/api/schema/");
    await first.text();
    const again = await get("/api/schema/", {
      headers: { "If-None-Match": first.headers.get("ETag") ?? "" },
    });
    expect(again.status).toBe(304);
  });

  test("describes every route of the app, and no other", () => {
    const documented = Object.entries(openapi.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((key) => key !== "parameters")
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routed = [...chatRoutes.routes, ...userRoutes.routes]
      .filter((route) => route.method !== "ALL")
      // `/conversations/:id{[0-9]+}` is `/conversations/{id}/` there.
      .map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)\{[^}]*\}/g, "{$1}")}/`);
    expect(documented.toSorted()).toEqual([...new Set(routed)].toSorted());
  });
});

describe("the page", () => {
  test.each(["/api/docs/", "/api/docs"])(
    "is served at %s and may load nothing from elsewhere",
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
      expect(await response.text()).toContain('spec-url="/api/schema/"');
      const policy = response.headers.get("Content-Security-Policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
    },
  );
});

describe.each(["/api/schema/", "/api/schema", "/api/docs/", "/api/docs"])("%s", (path) => {
  test.each(["POST", "PUT", "DELETE"])("[E4] answers %s with 405", async (method) => {
    const response = await get(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")).toBe("GET, HEAD");
    expect(await response.json()).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
  });

  test("answers HEAD without a body", async () => {
    const response = await get(path, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });
});
