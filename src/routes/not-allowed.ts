/** What a known path answers to another method (E4). */
import type { Handler } from "hono";
import { refuse } from "../protocol/codes.ts";
import { errorResponse } from "./errors.ts";

/** A handler that names the one method that the path takes. */
export function notAllowed(method: "GET" | "POST"): Handler {
  return function methodNotAllowed() {
    const response = errorResponse(refuse("METHOD_NOT_ALLOWED"));
    response.headers.set("Allow", method === "GET" ? "GET, HEAD" : method);
    return response;
  };
}
