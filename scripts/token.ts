import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs, parseEnv } from "node:util";
import { SignJWT } from "jose";
import { projectRoot } from "./wrangler-env.ts";

/** Whom a token names, and for how long. */
export interface TokenRequest {
  readonly userId: number;
  readonly username?: string | undefined;
  readonly displayName?: string | undefined;
  /** Such as `15m`, `24h` or `30d`. */
  readonly expiresIn?: string | undefined;
}

/** Signs a token as the host application would: for development, with the development secret. */
export function signToken(
  secret: string,
  { userId, expiresIn = "24h", ...profile }: TokenRequest,
): Promise<string> {
  const claims = { username: profile.username, display_name: profile.displayName };
  return new SignJWT({ token_type: "access", user_id: userId, ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime(expiresIn)
    .sign(new TextEncoder().encode(secret));
}

/** The secret that the development server verifies with. @throws Error where there is none */
export function developmentSecret(): string {
  const file = path.join(projectRoot, ".dev.vars");
  const kept = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  const secret = process.env["JWT_SECRET"] || kept["JWT_SECRET"];
  if (secret) return secret;
  throw new Error(
    "There is no secret: set JWT_SECRET, in the environment or in .dev.vars, or give --secret.",
  );
}

const usage = `npm run --silent token -- --user <id> [--name <username>] [--display-name <name>]
    [--expires <24h>] [--secret <secret>]`;

async function main(): Promise<string> {
  const { values } = parseArgs({
    options: {
      user: { type: "string" },
      name: { type: "string" },
      "display-name": { type: "string" },
      expires: { type: "string" },
      secret: { type: "string" },
    },
  });
  const userId = Number(values.user);
  if (!Number.isSafeInteger(userId) || userId < 1) throw new Error("--user must be a positive whole number.");
  return signToken(values.secret ?? developmentSecret(), {
    userId,
    username: values.name,
    displayName: values["display-name"],
    expiresIn: values.expires,
  });
}

if (import.meta.main) {
  try {
    console.log(await main());
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 1;
  }
}
