/** The introduction of the API's page, in Markdown. */
import { ERRORS } from "../../src/protocol/codes.ts";
import { errorTable } from "./tables.ts";

const lines = [
  "Conversations between two users: REST for what was, WebSockets for what happens. This page describes the REST routes; the sockets have [a page of their own](/api-docs/websocket.txt).",
  "",
  "## Paths",
  "",
  "Every route is served under `/api/chat/` and, the same, under `/chat/`. Every path works with and without its trailing slash.",
  "",
  "## Authentication",
  "",
  "Every route takes `Authorization: Bearer <token>`: a JWT of the host application with an `exp` and the user in `user_id`, or else in `sub`. To try the routes here, paste a token under *Authentication*. This document and this page need none.",
  "",
  "## Values",
  "",
  "JSON in UTF-8. Ids are integers that fit in 53 bits. Times are ISO 8601 in UTC with milliseconds. A body is read as JSON whatever its `Content-Type`, and may have 64 KiB. Lengths of texts count Unicode code points. Fields may be added to any answer: pass over those that you don't know.",
  "",
  "## Errors",
  "",
  "Every error is `{code, message}`: the code is for programs, the message can be shown as it is. Where several apply, the order is path, method, token, body, then what the body names. A conversation that does not exist and one that the caller is not in are not told apart.",
  "",
  errorTable(Object.entries(ERRORS)),
  "",
  "`FORBIDDEN` and `UPGRADE_REQUIRED` are for the sockets. `METHOD_NOT_ALLOWED` comes with `Allow`, `UNAUTHORIZED` with `WWW-Authenticate`, `RATE_LIMITED` and `UNAVAILABLE` with `Retry-After`.",
];

export const overview = lines.join("\n");
