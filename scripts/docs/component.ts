/** A shape of the wire with the words that its schema can't hold. */
import type * as v from "valibot";

type ShapeSchema = v.GenericSchema & { readonly entries: v.ObjectEntries };

export interface Component {
  readonly schema: v.GenericSchema;
  /** Requests are described as a client writes them, answers and events as the server does. */
  readonly mode: "input" | "output";
  readonly description: string;
  /** What each field means; empty for what is not an object. */
  readonly fields: Readonly<Record<string, string>>;
  readonly example: unknown;
}

/** Says of an object every field: one too few or too many does not compile. */
type FieldsOf<Schema extends ShapeSchema> = Readonly<Record<keyof Schema["entries"] & string, string>>;

/** Something the server sends. */
export function answer<const Schema extends ShapeSchema>(
  schema: Schema,
  description: string,
  fields: FieldsOf<Schema>,
  example: v.InferOutput<Schema>,
): Component {
  return { schema, mode: "output", description, fields, example };
}

/** Something a client sends. */
export function request<const Schema extends ShapeSchema>(
  schema: Schema,
  description: string,
  fields: FieldsOf<Schema>,
  example: v.InferInput<Schema>,
): Component {
  return { schema, mode: "input", description, fields, example };
}

type UntaggedFieldsOf<Schema extends ShapeSchema> = Omit<FieldsOf<Schema>, "type">;

const TYPE_FIELD = { type: "What this frame is." };

/** An event of a socket: its `type` needs no words. */
export function event<const Schema extends ShapeSchema>(
  schema: Schema,
  description: string,
  fields: UntaggedFieldsOf<Schema>,
  example: v.InferOutput<Schema>,
): Component {
  return { schema, mode: "output", description, fields: { ...TYPE_FIELD, ...fields }, example };
}

/** A frame of a client: its `type` needs no words. */
export function frame<const Schema extends ShapeSchema>(
  schema: Schema,
  description: string,
  fields: UntaggedFieldsOf<Schema>,
  example: v.InferInput<Schema>,
): Component {
  return { schema, mode: "input", description, fields: { ...TYPE_FIELD, ...fields }, example };
}
