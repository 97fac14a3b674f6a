/** Keeps the generated parts of docs/websocket.md: what stands between two marks comes from the schemas. */
import { ERRORS } from "../../src/protocol/codes.ts";
import { schemasOf } from "./json-schema.ts";
import { restComponents } from "./rest-components.ts";
import { socketComponents } from "./socket-components.ts";
import { errorTable, fieldTable } from "./tables.ts";

const BLOCK = /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** Codes that a socket may be told. */
const socketErrors = [
  "INVALID_JSON",
  "VALIDATION_ERROR",
  "IDEMPOTENCY_CONFLICT",
  "RATE_LIMITED",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "UNAVAILABLE",
  "INTERNAL",
] as const;

/**
 * The page with its generated parts made anew.
 *
 * @throws Error where it names what there is not, or leaves out a frame or event
 */
export function renderWebSocketPage(page: string): string {
  const components = { ...restComponents, ...socketComponents };
  const schemas = schemasOf(components);
  const missing = new Set(Object.keys(socketComponents));
  const rendered = page.replaceAll(BLOCK, (_block, start: string, name: string, end: string) => {
    missing.delete(name);
    if (name === "errors") {
      return `${start}\n${errorTable(socketErrors.map((code) => [code, ERRORS[code]]))}\n\n${end}`;
    }
    const schema = schemas[name];
    const component = components[name];
    if (schema === undefined || component === undefined) throw new Error(`There is no ${name} to describe.`);
    const example = `\`\`\`json\n${JSON.stringify(component.example, null, 1).replaceAll(/\n */g, " ")}\n\`\`\``;
    const parts = [component.description, fieldTable(schema), example].filter((part) => part !== null);
    return `${start}\n${parts.join("\n\n")}\n\n${end}`;
  });
  if (missing.size > 0) throw new Error(`docs/websocket.md says nothing of ${[...missing].join(", ")}.`);
  return rendered;
}
