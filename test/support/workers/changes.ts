/** What a resuming client makes of what it is told: a log and read state, checked for gaps as it grows. */
import { expect } from "vitest";
import type { ChatEvent } from "../../../src/protocol/server-events.ts";
import type { SyncSocket } from "./socket.ts";

export class Replica {
  readonly messages = new Map<number, { content: string; senderId: number }>();
  /** Ids of messages that somebody other than their sender has read. */
  readonly read = new Set<number>();
  version = 0;

  /** Applies one event; what is no change of the conversation is passed over. */
  apply(event: ChatEvent): void {
    switch (event.type) {
      case "chat_message": {
        // The answer to a repeat tells of an old message.
        if (this.messages.has(event.message_id)) return;
        this.#add(event);
        this.#raise(event.version);
        break;
      }
      case "messages_read":
        for (const id of event.message_ids) this.read.add(id);
        this.#raise(event.version);
        break;
      case "changes":
        expect(event.messages.length + event.reads.length).toBeGreaterThan(0);
        for (const message of event.messages) this.#add(message);
        for (const { read_by, first_id, last_id } of event.reads) {
          for (const [id, { senderId }] of this.messages) {
            if (id >= first_id && id <= last_id && senderId !== read_by) this.read.add(id);
          }
        }
        expect(event.version).toBeGreaterThan(this.version);
        this.version = event.version;
        break;
      case "synced":
        expect(event.version).toBe(this.version);
        expect(event.last_message_id).toBe(this.messages.size);
        break;
      default:
    }
  }

  /** Applies everything up to and with `synced`, which has to come. */
  async resume(socket: SyncSocket): Promise<ChatEvent[]> {
    const events: ChatEvent[] = [];
    for (;;) {
      const { event } = await socket.nextWithKeys();
      this.apply(event);
      events.push(event);
      if (event.type === "synced") return events;
      expect(event.type).toBe("changes");
    }
  }

  #add({ message_id, content, sender_id }: { message_id: number; content: string; sender_id: number }): void {
    expect(message_id).toBe(this.messages.size + 1);
    this.messages.set(message_id, { content, senderId: sender_id });
  }

  #raise(version: number | undefined): void {
    expect(version).toBe(this.version + 1);
    this.version += 1;
  }
}
