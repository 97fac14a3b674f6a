/** Every rule of a room holds alike whether or not the room sleeps between two steps. */
import { call, startConversation } from "./http.ts";
import { evict, roomOf } from "./objects.ts";
import { newPerson } from "./people.ts";
import { openCore, openSync } from "./socket.ts";
import type { Person } from "./people.ts";

export const modes = [
  { mode: "awake", sleeps: false },
  { mode: "evicted before each step", sleeps: true },
] as const;
export type Mode = (typeof modes)[number];

/** Two people with a conversation. */
export async function newPair(): Promise<{ ann: Person; ben: Person; id: number }> {
  const [ann, ben] = [await newPerson("ann"), await newPerson("ben")];
  // A user is known from the first token that names it, whatever comes of the request.
  await call(ben, "POST", "conversations/start/", { user_id: ben.id });
  const { id } = await startConversation(ann, ben);
  return { ann, ben, id };
}

/** A conversation of two, and ways to act in it that let the room sleep first where the mode asks for it. */
export async function newChat({ sleeps }: Mode) {
  const pair = await newPair();
  const step = async () => {
    if (sleeps) await evict(roomOf(pair.id));
  };
  return {
    ...pair,
    step,
    core: async (person: Person) => {
      await step();
      return openCore(person, pair.id, step);
    },
    sync: async (person: Person, since: number) => {
      await step();
      return openSync(person, pair.id, since, step);
    },
  };
}

/** A conversation with a Core socket of each, and nothing left to read on them. */
export async function newLiveChat(mode: Mode) {
  const chat = await newChat(mode);
  const annSocket = await chat.core(chat.ann);
  const benSocket = await chat.core(chat.ben);
  await annSocket.next("user_online");
  await benSocket.next("user_online");
  return { ...chat, annSocket, benSocket };
}
