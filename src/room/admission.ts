/** What the Worker hands a room with a socket. */
import * as v from "valibot";
import { userSchema } from "../protocol/shapes.ts";

export const admissionSchema = v.object({
  userId: v.number(),
  /** When the token expires, in milliseconds. */
  expiresAt: v.number(),
  /** The version to resume from; null for a client that knows Core alone. */
  since: v.nullable(v.number()),
  /** The participants; null where the directory could not be asked. */
  roster: v.nullable(v.pipe(v.array(userSchema), v.readonly())),
});
export type Admission = v.InferOutput<typeof admissionSchema>;
