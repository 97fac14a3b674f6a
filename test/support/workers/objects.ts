/** The Durable Objects behind a conversation and a user, reached around the Worker. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as v from "valibot";
import { configOf, type Config } from "../../../src/config.ts";
import type { Env } from "../../../src/env.ts";
import { until } from "./until.ts";

export function roomOf(conversationId: number) {
  return env.CONVERSATION_ROOM.getByName(String(conversationId));
}

export function inboxOf(userId: number) {
  return env.USER_INBOX.getByName(String(userId));
}

/** Takes an object out of memory, as hibernation does: its sockets stay. One that sleeps already is left alone. */
export async function evict(stub: DurableObjectStub): Promise<void> {
  try {
    await evictDurableObject(stub);
  } catch (error) {
    if (!String(error).includes("not currently running")) throw error;
  }
}

/** Rows of an object's own SQLite, checked. */
export async function rowsOf<Schema extends v.GenericSchema>(
  stub: ReturnType<typeof roomOf> | ReturnType<typeof inboxOf>,
  query: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>[]> {
  const rows = await runInDurableObject(stub, (_instance, state) => state.storage.sql.exec(query).toArray());
  return v.parse(v.array(schema), rows);
}

/** When the object's alarm goes off, in milliseconds; null where none is set. */
export function alarmOf(conversationId: number): Promise<number | null> {
  return runInDurableObject(roomOf(conversationId), (_instance, state) => state.storage.getAlarm());
}

export function runAlarm(conversationId: number): Promise<boolean> {
  return runDurableObjectAlarm(roomOf(conversationId));
}

const progressSchema = v.object({
  progress: v.pipe(
    v.string(),
    v.parseJson(),
    v.object({ archived: v.number(), notified: v.record(v.string(), v.number()) }),
  ),
});
const versionSchema = v.object({ version: v.number() });

/** How far the followers of a room are, and the room itself. */
export async function followersOf(conversationId: number) {
  const room = roomOf(conversationId);
  const [row] = await rowsOf(room, "SELECT progress FROM room", progressSchema);
  const [newest] = await rowsOf(
    room,
    `SELECT max(version) AS version FROM (SELECT version FROM messages UNION ALL SELECT version FROM receipts
       UNION ALL SELECT base_version FROM room)`,
    versionSchema,
  );
  if (row === undefined || newest === undefined) throw new Error("the room has not begun");
  return { ...row.progress, version: newest.version };
}

/** Waits until the archive and the inboxes have everything that the room has. */
export async function followersDone(conversationId: number): Promise<void> {
  await until("the followers have everything", async () => {
    const { archived, notified, version } = await followersOf(conversationId);
    return archived === version && Object.values(notified).every((position) => position === version);
  });
}

/** Changes settings for all rooms of the file that begin or wake from now on; returns how to change them back. */
export function setRoomSettings(conversationId: number, settings: Partial<Config>): Promise<() => void> {
  return runInDurableObject(roomOf(conversationId), (room) => {
    const env: Env = Reflect.get(room, "env");
    const config = configOf(env);
    const before = { ...config };
    Object.assign(config, settings);
    return () => void Object.assign(config, before);
  });
}
