/** Users, new for each test, since the tests of a file share one storage. */
import { env } from "cloudflare:workers";
import * as jose from "jose";

/** Somebody who can call the Worker. */
export interface Person {
  readonly id: number;
  readonly username: string;
  readonly token: string;
}

const DAY_SECONDS = 24 * 60 * 60;
let lastId = 1000;

/** A token for a user. Long-lived by default, as tests move the clock by hours. */
export function mintToken(userId: number, username: string, expiresInSeconds = 365 * DAY_SECONDS) {
  return new jose.SignJWT({ user_id: userId, username, token_type: "access" })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
    .sign(new TextEncoder().encode(env.JWT_SECRET));
}

/** Somebody nobody has met before. */
export async function newPerson(name = "user"): Promise<Person> {
  lastId += 1;
  const username = `${name}-${lastId}`;
  return { id: lastId, username, token: await mintToken(lastId, username) };
}

/** The same person with a token that runs out. */
export async function withShortToken(person: Person, seconds: number): Promise<Person> {
  return { ...person, token: await mintToken(person.id, person.username, seconds) };
}
