/** The server's sign-in by name, which exists in development only. */
import { ChatApiError } from "../../client/index.ts";

const ROUTE = "/api/dev/sign-in";

/** Whether the server has it. @throws TypeError where the server can't be reached */
export async function canSignInByName(): Promise<boolean> {
  return (await fetch(ROUTE)).ok;
}

/** A token for a name. @throws ChatApiError */
export async function signInForDevelopment(name: string): Promise<string> {
  const response = await ask(name);
  if (response.status === 404) {
    throw new ChatApiError({ code: "UNAUTHORIZED", message: "Signing in by name is switched off here." });
  }
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === "object" && body !== null) {
    if ("token" in body && typeof body.token === "string") return body.token;
    if ("message" in body && typeof body.message === "string") {
      throw new ChatApiError({ code: "VALIDATION_ERROR", message: body.message, status: response.status });
    }
  }
  throw new ChatApiError({ code: "NETWORK", message: "The server's answer can't be read." });
}

async function ask(name: string): Promise<Response> {
  try {
    return await fetch(ROUTE, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name }),
    });
  } catch (cause) {
    throw new ChatApiError({ code: "NETWORK", message: "The server can't be reached.", cause });
  }
}
