/** Verifying tokens (A1, A2): which keys and algorithms count is configuration, never the token's choice. */
import * as jose from "jose";
import * as v from "valibot";
import { ConfigError, type Config } from "../config.ts";
import { errorText, log } from "../lib/log.ts";
import { ok, refuse, type Result } from "../protocol/codes.ts";
import { principalOf, type Principal } from "./principal.ts";

const SECRET_ALGORITHMS = ["HS256"];
/** `EdDSA` is what RFC 8037 named; RFC 9864 says `Ed25519`. */
const KEY_SET_ALGORITHMS = ["RS256", "ES256", "EdDSA", "Ed25519"];

/** Verifies a token. */
export type Verify = (token: string) => Promise<Result<Principal>>;

const keySetSchema = v.object({
  keys: v.array(
    v.looseObject({ kty: v.picklist(["RSA", "EC", "OKP"], "must be a public key: RSA, EC or OKP") }),
  ),
});

/**
 * Makes the verifier of a configuration.
 *
 * @throws ConfigError where the inline key set is not one
 */
function createVerify(config: Config["jwt"]): Verify {
  const secret = config.secret === undefined ? null : new TextEncoder().encode(config.secret);
  const keySet = createKeySet(config);
  const algorithms = [...(secret ? SECRET_ALGORITHMS : []), ...(keySet ? KEY_SET_ALGORITHMS : [])];
  const options: jose.JWTVerifyOptions = {
    algorithms,
    requiredClaims: ["exp"],
    clockTolerance: config.leewaySeconds,
    ...(config.issuer === undefined ? {} : { issuer: config.issuer }),
    ...(config.audience === undefined ? {} : { audience: config.audience }),
  };
  const findKey: jose.JWTVerifyGetKey = (header, token) => {
    // The algorithm chooses the kind of key, so that a public key is never used as a secret.
    if (SECRET_ALGORITHMS.includes(header.alg)) {
      if (secret !== null) return secret;
    } else if (keySet !== null) {
      return keySet(header, token);
    }
    throw new jose.errors.JOSEAlgNotAllowed();
  };
  return async (token) => {
    try {
      const { payload } = await jose.jwtVerify(token, findKey, options);
      const principal = principalOf(payload, config.leewaySeconds);
      return principal === null ? refuse("UNAUTHORIZED", "The token names no user.") : ok(principal);
    } catch (error) {
      if (error instanceof jose.errors.JWTExpired) {
        return refuse("UNAUTHORIZED", "Your session has expired. Sign in again.");
      }
      if (isKeySetFailure(error)) {
        log("error", "key_set_unreachable", { error: errorText(error) });
        return { ...refuse("UNAVAILABLE"), retryAfterSeconds: 5 };
      }
      return refuse("UNAUTHORIZED", "The token is not valid.");
    }
  };
}

function createKeySet(config: Config["jwt"]): jose.JWTVerifyGetKey | null {
  if (config.jwks !== undefined) {
    try {
      return jose.createLocalJWKSet(v.parse(keySetSchema, JSON.parse(config.jwks)));
    } catch (error) {
      throw new ConfigError(
        `The setting JWT_JWKS is not a JSON Web Key Set of public keys: ${errorText(error)}`,
      );
    }
  }
  return config.jwksUrl === undefined ? null : jose.createRemoteJWKSet(new URL(config.jwksUrl));
}

/** Whether the keys could not be had: the fault is not the token's. */
function isKeySetFailure(error: unknown): boolean {
  if (error instanceof jose.errors.JWKSTimeout || error instanceof jose.errors.JWKSInvalid) return true;
  // Anything that jose does not name comes from fetching; a bare JOSEError is an answer other than 200.
  return !(error instanceof jose.errors.JOSEError) || error.code === "ERR_JOSE_GENERIC";
}

const verifiers = new WeakMap<Config, Verify>();

/** The verifier of a configuration, made once: a remote key set is cached with it. */
export function verifyFor(config: Config): Verify {
  let verify = verifiers.get(config);
  if (verify === undefined) {
    verify = createVerify(config.jwt);
    verifiers.set(config, verify);
  }
  return verify;
}
