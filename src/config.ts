/** Settings, read once from the environment into a typed, checked form. A bad one fails loudly and by name. */
import * as v from "valibot";
import type { Env } from "./env.ts";
import { DEFAULT_MAX_MESSAGE_LENGTH } from "./protocol/limits.ts";

/** A setting is missing or wrong; the message says which and what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const wholeNumber = (fallback: number, max: number) =>
  v.pipe(
    v.optional(v.string(), String(fallback)),
    v.regex(/^\d{1,9}$/, "must be a whole number"),
    v.transform(Number),
    v.maxValue(max, `must be at most ${max}`),
  );
const text = v.optional(v.pipe(v.string(), v.minLength(1)));

const settingsSchema = v.object({
  JWT_SECRET: text,
  JWT_JWKS: text,
  JWT_JWKS_URL: v.optional(v.pipe(v.string(), v.url("must be a URL"))),
  JWT_ISSUER: text,
  JWT_AUDIENCE: text,
  JWT_LEEWAY_SECONDS: wholeNumber(0, 3600),
  // A message has to fit in a frame and a body: 64 KiB hold 16,000 characters of four bytes.
  MAX_MESSAGE_LENGTH: v.pipe(
    wholeNumber(DEFAULT_MAX_MESSAGE_LENGTH, 16_000),
    v.minValue(1, "must be at least 1"),
  ),
  PRESENCE_GRACE_SECONDS: wholeNumber(0, 3600),
  SEND_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000),
  REQUEST_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000),
  ALLOWED_ORIGINS: v.optional(v.string(), ""),
  OPERATOR_SECRET: v.optional(v.pipe(v.string(), v.minLength(32, "must have at least 32 characters"))),
  DEV_SIGN_IN: v.optional(v.picklist(["on", "off"], "must be on or off"), "off"),
});

/** The settings as the code uses them; README.md describes each. */
export interface Config {
  readonly jwt: {
    readonly secret: string | undefined;
    /** A JSON Web Key Set (RFC 7517) as JSON text. */
    readonly jwks: string | undefined;
    readonly jwksUrl: string | undefined;
    readonly issuer: string | undefined;
    readonly audience: string | undefined;
    readonly leewaySeconds: number;
  };
  /** Code points. */
  readonly maxMessageLength: number;
  readonly presenceGraceMs: number;
  /** Messages of one user in one conversation in a minute; 0 is no limit. */
  readonly sendLimitPerMinute: number;
  /** REST requests of one user in a minute, counted where they arrive; 0 is no limit. */
  readonly requestLimitPerMinute: number;
  /** Origins that browsers may call from; empty is the Worker's own only. */
  readonly allowedOrigins: readonly string[];
  /** What the routes for operators ask for; without it there are none. */
  readonly operatorSecret: string | undefined;
  /** Whether anyone may have a token for any name: for development alone. */
  readonly devSignIn: boolean;
}

/**
 * Reads the settings.
 *
 * @throws ConfigError where one is missing or wrong.
 */
function readConfig(env: Partial<Env>): Config {
  const parsed = v.safeParse(settingsSchema, env);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ConfigError(`The setting ${v.getDotPath(issue) ?? "?"} is wrong: ${issue.message}.`);
  }
  const settings = parsed.output;
  if (!settings.JWT_SECRET && !settings.JWT_JWKS && !settings.JWT_JWKS_URL) {
    throw new ConfigError(
      "No key to verify tokens with: set JWT_SECRET (`npx wrangler secret put JWT_SECRET`), JWT_JWKS or JWT_JWKS_URL.",
    );
  }
  if (settings.DEV_SIGN_IN === "on" && !settings.JWT_SECRET) {
    throw new ConfigError("DEV_SIGN_IN needs JWT_SECRET: it signs the tokens.");
  }
  return {
    jwt: {
      secret: settings.JWT_SECRET,
      jwks: settings.JWT_JWKS,
      jwksUrl: settings.JWT_JWKS_URL,
      issuer: settings.JWT_ISSUER,
      audience: settings.JWT_AUDIENCE,
      leewaySeconds: settings.JWT_LEEWAY_SECONDS,
    },
    maxMessageLength: settings.MAX_MESSAGE_LENGTH,
    presenceGraceMs: settings.PRESENCE_GRACE_SECONDS * 1000,
    sendLimitPerMinute: settings.SEND_LIMIT_PER_MINUTE,
    requestLimitPerMinute: settings.REQUEST_LIMIT_PER_MINUTE,
    allowedOrigins: settings.ALLOWED_ORIGINS.split(",")
      .map((origin) => origin.trim())
      .filter(Boolean),
    operatorSecret: settings.OPERATOR_SECRET,
    devSignIn: settings.DEV_SIGN_IN === "on",
  };
}

const known = new WeakMap<Partial<Env>, Config>();

/** The settings of `env`, read at the first call. @throws ConfigError */
export function configOf(env: Partial<Env>): Config {
  let config = known.get(env);
  if (config === undefined) {
    config = readConfig(env);
    known.set(env, config);
  }
  return config;
}
