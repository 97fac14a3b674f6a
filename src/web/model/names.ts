/** How people are called and coloured. Names are anyone's text: they may be blank to the eye. */
import type { User } from "../../client/index.ts";

const VISIBLE = /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Characters that turn text around: within a name they can only mislead. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const HUES = 8;

type Named = Pick<User, "id" | "username" | "display_name">;

/** A name with something to see in it. */
export function nameOf(user: Named): string {
  const name = [user.display_name, user.username].find((text) => VISIBLE.test(text));
  return name?.replaceAll(DIRECTION, "").trim() ?? `User ${user.id}`;
}

/** One or two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const [first = name, ...rest] = words;
  return [first, ...rest.slice(-1)].map((word) => firstVisible(word).toLocaleUpperCase()).join("");
}

/** A number below 8, the same for a user wherever they are shown. */
export function hueOf(userId: number): number {
  // Neighbouring ids should differ, and so should those that differ in few bits: mixed as MurmurHash3 ends.
  let mixed = userId % 2 ** 32;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % HUES;
}

function firstVisible(word: string): string {
  return [...word].find((character) => VISIBLE.test(character)) ?? "?";
}
