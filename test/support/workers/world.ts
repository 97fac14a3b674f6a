/** Two people with two devices each, driven step by step beside the model. */
import { expect } from "vitest";
import { checkArchive, checkRest } from "./agreement.ts";
import { Replica } from "./changes.ts";
import { advance } from "./clock.ts";
import { breakD1, failing } from "./faults.ts";
import { call } from "./http.ts";
import { Model } from "./model.ts";
import { newPair } from "./modes.ts";
import { evict, followersOf, roomOf, runAlarm } from "./objects.ts";
import type { Person } from "./people.ts";
import { openCore, openSync, type CoreSocket, type SyncSocket } from "./socket.ts";
import type { Step } from "./steps.ts";
import { until } from "./until.ts";

interface Device {
  readonly person: Person;
  readonly other: Person;
  readonly replica: Replica;
  core: CoreSocket | null;
  sync: SyncSocket | null;
}

export class World {
  readonly id: number;
  readonly #model = new Model();
  readonly #people: readonly [Person, Person];
  readonly #devices: readonly Device[];
  #lift: (() => void) | null = null;

  private constructor(id: number, ann: Person, ben: Person) {
    this.id = id;
    this.#people = [ann, ben];
    this.#devices = [
      [ann, ben],
      [ann, ben],
      [ben, ann],
      [ben, ann],
    ].flatMap(([person, other]) =>
      person && other ? [{ person, other, replica: new Replica(), core: null, sync: null }] : [],
    );
  }

  static async begin(): Promise<World> {
    const { ann, ben, id } = await newPair();
    return new World(id, ann, ben);
  }

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case "send":
        return this.#send(this.#device(step.device), step.text, step.key);
      case "restSend":
        return this.#restSend(step.who, step.text, step.key);
      case "read":
        return this.#read(this.#device(step.device), step.ids);
      case "restRead":
        return this.#restRead(step.who, step.ids);
      case "connect":
        return this.#connect(this.#device(step.device), step.sync);
      case "disconnect":
        return this.#disconnect(this.#device(step.device), step.unheard);
      case "evict":
        return evict(roomOf(this.id));
      case "alarm":
        // Not so far that a silent sync socket is taken for dead within one run.
        advance(1_000);
        await runAlarm(this.id);
        return;
      case "d1":
        return this.#setD1(step.up);
      case "burst":
        return this.#burst(step.count);
      default:
        step satisfies never;
    }
  }

  /** All that has to hold once everybody has caught up. */
  async check(): Promise<void> {
    this.#setD1(true);
    for (const device of this.#devices) {
      await this.#disconnect(device, device.replica.version % 2 === 0);
      await this.#connect(device, true);
      this.#checkReplica(device.replica);
    }
    for (const device of this.#devices) await this.#disconnect(device, false);
    await until("the alarm has brought everything over", async () => {
      advance(61_000);
      await runAlarm(this.id);
      const { archived, notified, version } = await followersOf(this.id);
      return archived === version && Object.values(notified).every((position) => position === version);
    });
    await checkRest(this.#model, this.#people, this.id);
    await checkArchive(this.#model, this.id);
  }

  #device(index: number): Device {
    const device = this.#devices[index];
    if (device === undefined) throw new Error(`there is no device ${index}`);
    return device;
  }

  /** Sends a frame; returns what it alone has caused of messages, reads and errors, or null without a socket. */
  async #exchange(device: Device, frame: object) {
    const socket = device.sync ?? device.core;
    if (socket === null) return null;
    await this.#hear(device);
    socket.sendNow(frame);
    return (await this.#hear(device)).filter(({ type }) =>
      ["chat_message", "messages_read", "error"].includes(type),
    );
  }

  async #hear(device: Device) {
    if (device.core !== null) return device.core.drainToFence();
    const events = (await device.sync?.drainToFence()) ?? [];
    for (const event of events) device.replica.apply(event);
    return events;
  }

  async #send(device: Device, content: string, key: string | null): Promise<void> {
    const events = await this.#exchange(device, {
      type: "chat_message",
      content,
      ...(key === null ? {} : { client_id: key }),
    });
    if (events === null) return;
    const sent = this.#model.send(device.person.id, content, key);
    expect(events).toMatchObject([
      sent === "conflict"
        ? { type: "error", code: "IDEMPOTENCY_CONFLICT", client_id: key }
        : { type: "chat_message", message_id: sent.id, content },
    ]);
  }

  async #restSend(who: number, content: string, key: string | null): Promise<void> {
    const { person, other } = this.#device(who * 2);
    const body = { recipient_id: other.id, content, ...(key === null ? {} : { client_id: key }) };
    const answer = await call(person, "POST", "send/", body);
    // While D1 is down the pair may not be known; nothing has happened then.
    if (answer.status === 503 && this.#lift !== null) return;
    const sent = this.#model.send(person.id, content, key);
    if (sent === "conflict") expect(answer.status).toBe(409);
    else expect(answer).toMatchObject({ status: 201, body: { id: sent.id, content } });
  }

  async #read(device: Device, ids: number[] | null): Promise<void> {
    const events = await this.#exchange(device, {
      type: "mark_read",
      ...(ids === null ? {} : { message_ids: ids }),
    });
    if (events === null) return;
    const message_ids = this.#model.markRead(device.person.id, ids);
    expect(events).toMatchObject(message_ids.length > 0 ? [{ type: "messages_read", message_ids }] : []);
  }

  async #restRead(who: number, ids: number[] | null): Promise<void> {
    const { person } = this.#device(who * 2);
    const body = ids === null ? {} : { message_ids: ids };
    const answer = await call(person, "POST", `conversations/${this.id}/read/`, body);
    const message_ids = this.#model.markRead(person.id, ids);
    expect(answer).toMatchObject({ status: 200, body: { message_ids } });
  }

  async #connect(device: Device, sync: boolean): Promise<void> {
    if (device.core !== null || device.sync !== null) return;
    if (!sync) {
      device.core = await openCore(device.person, this.id);
      return;
    }
    device.sync = await openSync(device.person, this.id, device.replica.version);
    await device.replica.resume(device.sync);
  }

  async #disconnect(device: Device, unheard: boolean): Promise<void> {
    if (!unheard) await this.#hear(device);
    await (device.sync ?? device.core)?.close();
    device.sync = null;
    device.core = null;
  }

  #setD1(up: boolean): void {
    if (up) {
      this.#lift?.();
      this.#lift = null;
    } else this.#lift ??= breakD1(failing).lift;
  }

  /** Everybody who is connected sends at once; in which order is for the room to say, and the same for all. */
  async #burst(count: number): Promise<void> {
    const connected = this.#devices.filter((device) => device.sync !== null || device.core !== null);
    const [witness] = connected;
    if (witness === undefined) return;
    await this.#hear(witness);
    for (let index = 0; index < count; index += 1) {
      const sender = connected[index % connected.length];
      (sender?.sync ?? sender?.core)?.sendNow({ type: "chat_message", content: `burst ${index}` });
    }
    for (const device of connected.slice(1)) await this.#hear(device);
    const heard = await this.#hear(witness);
    for (const event of heard) {
      if (event.type !== "chat_message") continue;
      const sent = this.#model.send(event.sender_id, event.content, null);
      expect(sent).toEqual({ id: event.message_id, isNew: true });
    }
  }

  #checkReplica({ messages, read, version }: Replica): void {
    expect([...messages.values()]).toEqual(this.#model.log);
    expect([...read].sort((a, b) => a - b)).toEqual([...this.#model.read].sort((a, b) => a - b));
    expect(version).toBe(this.#model.version);
  }
}
