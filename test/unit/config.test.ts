/** Settings are read once, and a missing or wrong one says by its name what to set. */
import { expect, test } from "vitest";
import { verifyFor } from "../../src/auth/verify.ts";
import { configOf } from "../../src/config.ts";

test("without any key there is no configuration, and the error says how to set one", () => {
  expect(() => configOf({})).toThrow(/JWT_SECRET.*wrangler secret put JWT_SECRET/);
  expect(() => configOf({ JWT_SECRET: "" })).toThrow(/JWT_SECRET/);
});

test("the defaults are the protocol's", () => {
  expect(configOf({ JWT_SECRET: "secret" })).toEqual({
    jwt: {
      secret: "secret",
      jwks: undefined,
      jwksUrl: undefined,
      issuer: undefined,
      audience: undefined,
      leewaySeconds: 0,
    },
    maxMessageLength: 4096,
    presenceGraceMs: 0,
    sendLimitPerMinute: 0,
    requestLimitPerMinute: 0,
    allowedOrigins: [],
    operatorSecret: undefined,
    devSignIn: false,
  });
});

test.each([
  [{ MAX_MESSAGE_LENGTH: "many" }, "MAX_MESSAGE_LENGTH"],
  [{ MAX_MESSAGE_LENGTH: "0" }, "MAX_MESSAGE_LENGTH"],
  [{ MAX_MESSAGE_LENGTH: "16001" }, "MAX_MESSAGE_LENGTH"],
  [{ JWT_LEEWAY_SECONDS: "-1" }, "JWT_LEEWAY_SECONDS"],
  [{ JWT_JWKS_URL: "not a url" }, "JWT_JWKS_URL"],
  [{ OPERATOR_SECRET: "short" }, "OPERATOR_SECRET"],
  [{ DEV_SIGN_IN: "yes" }, "DEV_SIGN_IN"],
])("%o is refused by name", (settings, name) => {
  expect(() => configOf({ JWT_SECRET: "secret", ...settings })).toThrow(name);
});

test("the sign-in of development needs the secret that it signs with", () => {
  expect(() => configOf({ JWT_JWKS: '{"keys":[]}', DEV_SIGN_IN: "on" })).toThrow("DEV_SIGN_IN");
});

test.each(["no JSON", "[]", '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'])(
  "%s is no set of public keys",
  (jwks) => {
    expect(() => verifyFor(configOf({ JWT_JWKS: jwks }))).toThrow("JWT_JWKS");
  },
);
