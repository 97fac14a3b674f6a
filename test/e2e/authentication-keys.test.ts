/** Tokens of a host that signs with key pairs, beside a shared secret: an issuer, an audience and some leeway set. */
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import { Buffer } from "node:buffer";
import { describe, expect } from "vitest";
import { expectRefusal } from "../support/e2e/client.ts";
import { accessClaims, hmacToken, seconds, unsignedToken, type Claims } from "../support/e2e/tokens.ts";
import { testOn } from "../support/e2e/test.ts";

const LEEWAY = 60;
const issuer = "https://issuer.example.test";
const audience = "bizbuch";

const keys = await Promise.all(
  ["RS256", "ES256", "EdDSA"].map(async (algorithm) => {
    const pair = await generateKeyPair(algorithm, { extractable: true });
    const jwk = { ...(await exportJWK(pair.publicKey)), alg: algorithm, kid: `key-${algorithm}`, use: "sig" };
    return { algorithm, pair, jwk };
  }),
);

const test = testOn({
  vars: {
    JWT_JWKS: JSON.stringify({ keys: keys.map((key) => key.jwk) }),
    JWT_ISSUER: issuer,
    JWT_AUDIENCE: audience,
    JWT_LEEWAY_SECONDS: String(LEEWAY),
  },
});

/** Claims that this server accepts, with `claims` on top. */
function claimsFor(userId: number, claims: Claims = {}): JWTPayload {
  return { ...accessClaims(userId, { iss: issuer, aud: audience }), ...claims };
}

describe.concurrent("key pairs beside a secret", () => {
  for (const { algorithm, pair, jwk } of keys) {
    const sign = (payload: JWTPayload) =>
      new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid: jwk.kid }).sign(pair.privateKey);

    test(`[A2] ${algorithm} is accepted over REST and on sockets`, async ({ world }) => {
      const { id } = world.stranger();
      const user = world.as(id, await sign(claimsFor(id)));
      expect((await user.get("conversations/")).status).toBe(200);
      await (await user.openNotifications()).expectSilence();
    });

    test(`[A2] [E2] ${algorithm} needs the right key, issuer and audience`, async ({ world }) => {
      const { id } = world.stranger();
      const stray = await generateKeyPair(algorithm);
      const forged = await new SignJWT(claimsFor(id))
        .setProtectedHeader({ alg: algorithm, kid: jwk.kid })
        .sign(stray.privateKey);
      const tokens = [
        forged,
        await sign(claimsFor(id, { iss: "https://other.example.test" })),
        await sign(claimsFor(id, { iss: undefined })),
        await sign(claimsFor(id, { aud: "other" })),
        await sign(claimsFor(id, { aud: undefined })),
        await sign(claimsFor(id, { exp: undefined })),
        await sign(claimsFor(id, { token_type: "refresh" })),
      ];
      for (const token of tokens) {
        expectRefusal(await world.as(id, token).get("conversations/"), 401, "UNAUTHORIZED");
      }
    });

    test(`[A2] a public ${algorithm} key is no shared secret`, async ({ world }) => {
      const { id } = world.stranger();
      const pem = await exportSPKI(pair.publicKey);
      for (const secret of [pem, pem.trim(), JSON.stringify(jwk), Buffer.from(pem)]) {
        const answer = await world.as(id, hmacToken(secret, claimsFor(id))).get("conversations/");
        expectRefusal(answer, 401, "UNAUTHORIZED");
      }
    });
  }

  test("[A2] the secret goes on being accepted, and the audience may be one of several", async ({
    world,
  }) => {
    const { id } = world.stranger();
    const token = hmacToken(world.server.secret, claimsFor(id, { aud: ["other", audience] }));
    expect((await world.as(id, token).get("conversations/")).status).toBe(200);
  });

  test("[A2] none is refused", async ({ world }) => {
    const { id } = world.stranger();
    expectRefusal(
      await world.as(id, unsignedToken(claimsFor(id))).get("conversations/"),
      401,
      "UNAUTHORIZED",
    );
  });

  test("[A2] an algorithm that no key is for is refused", async ({ world }) => {
    const { id } = world.stranger();
    const { privateKey } = await generateKeyPair("ES384");
    const token = await new SignJWT(claimsFor(id)).setProtectedHeader({ alg: "ES384" }).sign(privateKey);
    expectRefusal(await world.as(id, token).get("conversations/"), 401, "UNAUTHORIZED");
  });

  test("[A1] the leeway moves exp and nbf, and ends", async ({ world }) => {
    const { id } = world.stranger();
    const status = async (claims: Claims) => {
      const token = hmacToken(world.server.secret, claimsFor(id, claims));
      return (await world.as(id, token).get("conversations/")).status;
    };
    expect(await status({ exp: seconds(-LEEWAY / 2) })).toBe(200);
    expect(await status({ exp: seconds(-LEEWAY - 5) })).toBe(401);
    expect(await status({ nbf: seconds(LEEWAY / 2) })).toBe(200);
    expect(await status({ nbf: seconds(LEEWAY * 2) })).toBe(401);
  });
});
