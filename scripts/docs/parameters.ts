/** What stands in a path, a query or a header. The bounds come from the schema of the query. */
import { historyQuerySchema } from "../../src/protocol/rest.ts";
import { MAX_CLIENT_ID_LENGTH } from "../../src/protocol/limits.ts";

const { entries } = historyQuerySchema;
type QueryNumber = (typeof entries)[keyof typeof entries];

/** A number of the query: its schema reads digits, and bounds what they spell. */
function queryNumber(name: string, { wrapped, default: fallback }: QueryNumber, description: string) {
  const bound = (type: "min_value" | "max_value") =>
    wrapped.pipe.flatMap((item) => (item.type === type ? [item.requirement] : []))[0];
  const maximum = bound("max_value");
  return {
    name,
    in: "query",
    description,
    schema: {
      type: "integer",
      minimum: bound("min_value"),
      ...(maximum === Number.MAX_SAFE_INTEGER ? { format: "int64" } : { maximum }),
      ...(fallback === undefined ? {} : { default: Number(fallback) }),
    },
  };
}

export const parameters = {
  ConversationId: {
    name: "id",
    in: "path",
    required: true,
    description: "The conversation's id.",
    schema: { type: "integer", format: "int64", minimum: 1 },
    example: 3,
  },
  Page: queryNumber("page", entries.page, "Which page; 1 is the newest."),
  PageSize: queryNumber("page_size", entries.page_size, "Messages on a page."),
  Before: queryNumber(
    "before",
    entries.before,
    "Only messages older than this id; `page` then does not count.",
  ),
  Limit: queryNumber("limit", entries.limit, "With `before`: how many messages."),
  Search: {
    name: "search",
    in: "query",
    required: true,
    description: "What the name begins with.",
    schema: { type: "string", minLength: 1, maxLength: 100 },
    example: "ad",
  },
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "The same as `client_id` in the body, which wins.",
    schema: { type: "string", minLength: 1, maxLength: MAX_CLIENT_ID_LENGTH, pattern: "^[\\x21-\\x7e]+$" },
  },
};
