/** What the metered app was charged for lately. */
import * as v from "valibot";
import { request } from "../../test/support/e2e/http.ts";

const countsSchema = v.object({
  objectRowsRead: v.number(),
  objectRowsWritten: v.number(),
  d1RowsRead: v.number(),
  d1RowsWritten: v.number(),
  alarmsSet: v.number(),
});
export type Counts = v.InferOutput<typeof countsSchema>;

/** Rows since the last call. */
export async function takeCounts(server: { readonly url: string }): Promise<Counts> {
  return v.parse(countsSchema, (await request(server.url, "/bench/cost")).body);
}
