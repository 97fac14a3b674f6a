/** Tables in Markdown. */
import type { JsonSchema } from "@valibot/to-json-schema";
import { referenceOf, type DescribedSchema } from "./json-schema.ts";

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Codes with their status and the words that they come with. */
export function errorTable(
  errors: readonly (readonly [string, { status: number; message: string }])[],
): string {
  return table(
    ["Code", "Status", "Message, unless there is a better one"],
    errors.map(([code, { status, message }]) => [`\`${code}\``, String(status), message]),
  );
}

/** The fields of an object but its constant ones; one that may be left out has a `?`. Null where there is none. */
export function fieldTable(schema: DescribedSchema): string | null {
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, property]): Row[] => {
    if (typeof property === "boolean") return [[`\`${name}\``, "anything", ""]];
    if (property.const !== undefined) return [];
    const isRequired = schema.required?.includes(name) ?? false;
    return [[`\`${name}\`${isRequired ? "" : "?"}`, typeText(property), property.description ?? ""]];
  });
  return rows.length === 0 ? null : table(["Field", "Type", "Meaning"], rows);
}

/** A type in a word or two. */
function typeText(schema: JsonSchema): string {
  const reference = referenceOf(schema);
  if (reference !== null) return `\`${reference}\``;
  if (schema.anyOf !== undefined) return alternatives(schema.anyOf);
  if (Array.isArray(schema.type))
    return schema.type.map((type) => typeText({ ...schema, type })).join(" or ");
  if (schema.type === "array") {
    const { items } = schema;
    return typeof items === "object" && !Array.isArray(items) ? `list of ${plural(typeText(items))}` : "list";
  }
  return schema.format === "date-time" && schema.type === "string" ? "time" : (schema.type ?? "anything");
}

function alternatives(schemas: NonNullable<JsonSchema["anyOf"]>): string {
  return schemas.map((schema) => (typeof schema === "boolean" ? "anything" : typeText(schema))).join(" or ");
}

function plural(type: string): string {
  return type.endsWith("`") ? type : `${type}s`;
}
