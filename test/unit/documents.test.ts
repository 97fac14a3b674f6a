/** The documents say what the schemas say, and their examples are true. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { openApiDocument } from "../../scripts/docs/openapi.ts";
import { renderDocuments } from "../../scripts/docs/render.ts";
import { restComponents } from "../../scripts/docs/rest-components.ts";
import { socketComponents } from "../../scripts/docs/socket-components.ts";
import { projectRoot } from "../../scripts/wrangler-env.ts";
import { parseId } from "../../src/protocol/values.ts";

const documents = await renderDocuments();

test.each(documents)("$file is what `npm run build:docs` makes of the schemas", async ({ file, text }) => {
  const committed = await readFile(path.join(projectRoot, file), "utf8");
  expect(committed === text, `${file} is out of date: run npm run build:docs`).toBe(true);
});

const components = Object.entries({ ...restComponents, ...socketComponents });

test.each(components)("the example of %s fits its schema", (_name, { schema, mode, example }) => {
  const parsed = v.safeParse(schema, example);
  expect(parsed.issues).toBeUndefined();
  // Unknown fields are dropped in parsing. What a client writes may be turned into something else.
  if (mode === "output") expect(parsed.output).toEqual(example);
});

describe("the OpenAPI document", () => {
  const document: unknown = JSON.parse(JSON.stringify(openApiDocument("0.0.0")));

  test("refers to nothing that it lacks", () => {
    const references = [...new Set(referencesIn(document))];
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      const keys = reference.replace(/^#\//, "").split("/");
      expect(
        keys.reduce<unknown>((found, key) => member(found, key), document),
        reference,
      ).toBeDefined();
    }
  });

  test("[F6] gives the rule of `user_id` that the schema has as a function", () => {
    const keys = ["components", "schemas", "StartRequest", "properties", "user_id", "anyOf"];
    expect(keys.reduce<unknown>((found, key) => member(found, key), document)).toEqual([
      { type: "integer", minimum: 1 },
      { type: "string", pattern: String.raw`^\d{1,16}$` },
    ]);
    for (const accepted of [1, "1", "9007199254740991"]) expect(parseId(accepted)).not.toBeNull();
    for (const refused of [0, 1.5, "", "1.5", "-1", "1".repeat(17)]) expect(parseId(refused)).toBeNull();
  });
});

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    key === "$ref" && typeof item === "string" ? [item] : referencesIn(item),
  );
}
