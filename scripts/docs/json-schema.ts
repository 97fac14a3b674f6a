/** The JSON Schemas of the components, converted from those of the protocol. */
import { toJsonSchemaDefs } from "@valibot/to-json-schema";
import type { JsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { userIdInputSchema } from "../../src/protocol/values.ts";
import type { Component } from "./component.ts";

export type Components = Readonly<Record<string, Component>>;

const REFERENCE = "#/components/schemas/";

/** A schema with the words for it and its fields. */
export type DescribedSchema = Pick<JsonSchema, "description" | "properties" | "required"> & {
  readonly examples: readonly [unknown];
};

/** The components' schemas by name, in the order of the components. */
export function schemasOf(components: Components): Record<string, DescribedSchema> {
  const converted = { ...convert(components, "input"), ...convert(components, "output") };
  return Object.fromEntries(
    Object.entries(components).map(([name, component]) => {
      const schema = tidy(converted[name] ?? {});
      return [name, describe(schema, component)];
    }),
  );
}

/** The name of the component that a reference points to; null for what is no reference. */
export function referenceOf(schema: JsonSchema): string | null {
  return schema.$ref?.startsWith(REFERENCE) ? schema.$ref.slice(REFERENCE.length) : null;
}

/** A reference to a component. */
export function referenceTo(name: string): JsonSchema {
  return { $ref: `${REFERENCE}${name}` };
}

function convert(components: Components, mode: Component["mode"]): Record<string, JsonSchema> {
  const definitions: Record<string, v.GenericSchema> = {};
  for (const [name, component] of Object.entries(components))
    if (component.mode === mode) definitions[name] = component.schema;
  return toJsonSchemaDefs(definitions, {
    target: "draft-2020-12",
    typeMode: mode,
    ignoreActions: ["check"],
    overrideRef: ({ referenceId }) => `${REFERENCE}${referenceId}`,
    overrideSchema: ({ valibotSchema }) =>
      // Its rule is a function, which no converter reads (F6).
      valibotSchema === userIdInputSchema.pipe[0]
        ? {
            anyOf: [
              { type: "integer", minimum: 1 },
              { type: "string", pattern: String.raw`^\d{1,16}$` },
            ],
          }
        : undefined,
    overrideAction: ({ valibotAction, jsonSchema }) => {
      if (valibotAction.type !== "safe_integer") return undefined;
      // Every integer of the wire fits in 53 bits; said once, the bounds need not be said of each.
      const { minimum: _minimum, maximum: _maximum, ...rest } = jsonSchema;
      return { ...rest, type: "integer", format: "int64" };
    },
  });
}

/** Writes `anyOf: [T, null]` of a plain type as JSON Schema has it in short, and says the type of a constant. */
function tidy(schema: JsonSchema): JsonSchema {
  const tidied: JsonSchema = { ...schema };
  if (schema.properties !== undefined) {
    tidied.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [
        name,
        typeof property === "boolean" ? property : tidy(property),
      ]),
    );
  }
  if (typeof schema.items === "object" && !Array.isArray(schema.items)) tidied.items = tidy(schema.items);
  if (typeof schema.const === "string") tidied.type = "string";
  if (schema.required?.length === 0) delete tidied.required;
  const [first, second] = schema.anyOf ?? [];
  if (typeof first === "object" && typeof second === "object" && second.type === "null") {
    if (typeof first.type === "string") {
      delete tidied.anyOf;
      return { ...tidied, ...first, type: [first.type, "null"] };
    }
  }
  return tidied;
}

function describe(schema: JsonSchema, { description, fields, example }: Component): DescribedSchema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const meaning = fields[name];
    const isBare = typeof property === "boolean" || meaning === undefined;
    return [name, isBare ? property : { ...property, description: meaning }] as const;
  });
  return {
    description,
    ...schema,
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    examples: [example],
  };
}
