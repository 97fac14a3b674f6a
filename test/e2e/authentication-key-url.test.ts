/** Tokens of a host that publishes its keys at a URL and shares no secret; and settings that move limits. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createServer } from "node:http";
import { afterAll, describe, expect } from "vitest";
import { expectRefusal } from "../support/e2e/client.ts";
import { accessClaims, hmacToken } from "../support/e2e/tokens.ts";
import { testOn } from "../support/e2e/test.ts";

const { publicKey, privateKey } = await generateKeyPair("ES256");
const jwk = { ...(await exportJWK(publicKey)), alg: "ES256", kid: "published", use: "sig" };

const publisher = createServer((_request, response) => {
  response.setHeader("Content-Type", "application/json").end(JSON.stringify({ keys: [jwk] }));
});
await new Promise<void>((resolve) => publisher.listen(0, "127.0.0.1", resolve));
afterAll(() => void publisher.close());
const address = publisher.address();
const port = typeof address === "object" && address !== null ? address.port : 0;

const test = testOn({ vars: { JWT_SECRET: null, JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks.json` } });

describe("key pairs instead of a secret", () => {
  test("[A2] a published key is accepted", async ({ world }) => {
    const { id } = world.stranger();
    const token = await new SignJWT(accessClaims(id))
      .setProtectedHeader({ alg: "ES256", kid: jwk.kid })
      .sign(privateKey);
    expect((await world.as(id, token).get("conversations/")).status).toBe(200);
  });

  test("[A2] HS256 is refused where no secret is configured", async ({ world }) => {
    const { id } = world.stranger();
    for (const secret of ["", world.server.secret, JSON.stringify(jwk)]) {
      const answer = await world.as(id, hmacToken(secret, accessClaims(id))).get("conversations/");
      expectRefusal(answer, 401, "UNAUTHORIZED");
    }
  });
});
