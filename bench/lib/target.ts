/** What a load is put on. */

/** One conversation of two connected people, of whom one writes. Messages arrive in the order in which they were sent. */
export interface Line {
  send(content: string): void;
  /** Called for each message that reaches the other. */
  onDelivered: () => void;
  /** Called for each message that comes back to the writer. */
  onEcho: () => void;
  close(): void;
}

/** A running server. */
export interface Target {
  readonly name: string;
  /** Opens lines to conversations that nobody has used. */
  open(count: number): Promise<Line[]>;
  stop(): Promise<void>;
}

/** A message of ordinary length. */
export const CONTENT =
  "The quick brown fox jumps over the lazy dog, and then it does so once more, as nobody looked. (100)";
