/** A chat in the terminal: the smallest whole client of the server, and the example of how to build one with the SDK. */
import { createInterface, type Interface } from "node:readline";
import { parseArgs } from "node:util";
import {
  ChatClient,
  type ChatMessage,
  type ConversationSnapshot,
  type ConversationStore,
} from "../src/client/index.ts";
import { developmentId } from "../src/lib/development-id.ts";
import { developmentSecret, signToken } from "./token.ts";

const usage = "npm run chat -- --as <name> --with <name> [--url http://127.0.0.1:8787] [--secret <secret>]";

interface Settings {
  readonly me: string;
  readonly other: string;
  readonly url: string;
  readonly secret: string;
}

/** A client for a name. The token is a function, so that the SDK gets a new one when the last has expired. */
function clientFor(name: string, { url, secret }: Settings): ChatClient {
  const token = () => signToken(secret, { userId: developmentId(name), username: name, displayName: name });
  return new ChatClient({ url, token });
}

/** Finds the conversation of the two, and opens it. */
async function enter(client: ChatClient, settings: Settings): Promise<ConversationStore> {
  // The server knows a user from their first request on; the other may never have been there.
  const other = clientFor(settings.other, settings);
  await Promise.all([client.conversations(), other.conversations()]);
  await other.close();
  const { id } = await client.start(developmentId(settings.other));
  const conversation = client.conversation(id);
  conversation.open();
  return conversation;
}

/** Prints what changes from one snapshot to the next. */
class Screen {
  readonly #settings: Settings;
  readonly #print: (line: string) => void;
  readonly #marks = new Map<string, string>();
  #last: ConversationSnapshot | null = null;

  constructor(settings: Settings, print: (line: string) => void) {
    this.#settings = settings;
    this.#print = print;
  }

  show(now: ConversationSnapshot): void {
    const last = this.#last;
    this.#last = now;
    if (now.connection !== last?.connection) {
      this.#print(`* ${now.connection}${now.error === null ? "" : ` (${now.error.message})`}`);
    }
    for (const message of now.messages) this.#showMessage(message);
    const [wasThere, isThere] = [last, now].map((snapshot) => (snapshot?.online.length ?? 0) > 0);
    if (wasThere !== isThere) this.#print(`* ${this.#settings.other} is ${isThere ? "online" : "offline"}`);
    if (now.typing.length > (last?.typing.length ?? 0)) this.#print(`* ${this.#settings.other} is typing…`);
  }

  #showMessage(message: ChatMessage): void {
    const mark = markOf(message);
    const shown = this.#marks.get(message.key);
    if (shown === mark) return;
    this.#marks.set(message.key, mark);
    const time = new Date(message.timestamp).toLocaleTimeString();
    const name = message.mine ? this.#settings.me : this.#settings.other;
    // One's own message stands there as it was typed; from then on only its marks change.
    if (shown === undefined && message.status !== "sending") {
      this.#print(`${time} ${name}: ${message.content}${mark}`);
    } else if (mark !== "") {
      this.#print(`${time} ${message.content.slice(0, 20)}${mark}`);
    }
  }
}

function markOf({ mine, status, error }: ChatMessage): string {
  if (!mine) return "";
  switch (status) {
    case "sending":
      return "";
    case "failed":
      return ` ✗ ${error?.message ?? ""}`;
    case "sent":
      return " ✓";
    default:
      return status === "read" ? " ✓✓ read" : " ✓✓";
  }
}

/** Resolves once nothing waits to be sent any more. */
function sent(conversation: ConversationStore): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (conversation.getSnapshot().messages.some(({ status }) => status === "sending")) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = conversation.subscribe(check);
    check();
  });
}

/** Prints above the line that is being typed. */
function printAbove(input: Interface, line: string): void {
  if (process.stdout.isTTY) process.stdout.write("\r\u001B[K");
  console.log(line);
  if (process.stdout.isTTY) input.prompt(true);
}

async function main(settings: Settings): Promise<void> {
  const client = clientFor(settings.me, settings);
  const conversation = await enter(client, settings);
  const input = createInterface({ input: process.stdin, output: process.stdout, prompt: `${settings.me}> ` });
  const screen = new Screen(settings, (line) => printAbove(input, line));
  const redraw = () => {
    screen.show(conversation.getSnapshot());
    conversation.markRead();
  };
  const unsubscribe = conversation.subscribe(redraw);
  redraw();

  if (process.stdin.isTTY) process.stdin.on("keypress", () => conversation.typing());
  let interrupted = false;
  input.on("SIGINT", () => {
    interrupted = true;
    input.close();
  });
  for await (const line of input) {
    if (line.trim() !== "") conversation.send(line);
    if (process.stdout.isTTY) input.prompt();
  }
  if (!interrupted) await sent(conversation);
  unsubscribe();
  if (conversation.getSnapshot().messages.some(({ status }) => status === "failed")) process.exitCode = 1;
  await client.close();
}

try {
  const { values } = parseArgs({
    options: {
      as: { type: "string" },
      with: { type: "string" },
      url: { type: "string", default: "http://127.0.0.1:8787" },
      secret: { type: "string" },
    },
  });
  if (!values.as || !values.with || values.as === values.with) {
    throw new Error("--as and --with must be two different names.");
  }
  const secret = values.secret ?? developmentSecret();
  await main({ me: values.as, other: values.with, url: values.url, secret });
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 1;
}
