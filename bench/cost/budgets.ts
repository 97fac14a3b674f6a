/** What each operation may be charged for. Measured and then written down, so that a dearer one is noticed. */
import type { Cost } from "./meter.ts";

/** What a budget does not name has to be nothing. */
type Budget = Partial<Cost>;

/** Everything that a message sets off: the room, the archive, two inboxes, the progress of these three. */
const MESSAGE: Budget = {
  objectRequests: 2,
  framesIn: 1,
  objectRowsRead: 14,
  objectRowsWritten: 2,
  d1RowsRead: 2,
  d1RowsWritten: 2,
  d1Batches: 1,
};

/** Bounds, as how many messages travel in one batch is a matter of timing. */
const LOADED_MESSAGE: Budget = {
  objectRequests: 0.1,
  framesIn: 1,
  objectRowsRead: 6,
  objectRowsWritten: 1.05,
  alarmsSet: 0.05,
  d1RowsRead: 1.1,
  d1RowsWritten: 1.1,
  d1Batches: 0.05,
};

const READ: Budget = {
  objectRequests: 2,
  framesIn: 1,
  objectRowsWritten: 4,
  alarmsSet: 1,
  d1RowsRead: 2,
  d1RowsWritten: 2,
  d1Batches: 1,
};

/** By operation, in the order of the report. */
export const BUDGETS = {
  "Start a conversation": {
    workerRequests: 1,
    objectRequests: 1,
    objectRowsRead: 25,
    objectRowsWritten: 18,
    d1RowsRead: 17,
    d1RowsWritten: 7,
    d1Queries: 5,
    d1Batches: 1,
  },
  "Connect a chat socket": {
    workerRequests: 1,
    objectRequests: 2,
    objectRowsRead: 5,
    objectRowsWritten: 1,
    d1RowsRead: 4,
    d1Queries: 1,
  },
  "Connect a notification socket": {
    workerRequests: 1,
    // One more for each partner, who learns that the user is there: 50 at most.
    objectRequests: 3,
    objectRowsRead: 6,
    alarmsSet: 1,
    d1RowsRead: 16,
    d1Queries: 3,
  },
  "Keep a notification socket open for 15 minutes": { objectRequests: 1, alarmsSet: 1 },
  "Send over a socket, within 10 s of the one before": MESSAGE,
  "Send over a socket, over 10 s after the one before": { ...MESSAGE, objectRequests: 3, alarmsSet: 2 },
  "Send over a socket of a room that sleeps": {
    ...MESSAGE,
    objectRequests: 3,
    objectRowsRead: 42,
    alarmsSet: 2,
  },
  "Send over a socket with a client_id": { ...MESSAGE, objectRowsWritten: 3 },
  "Send to someone who has a notification socket only": MESSAGE,
  "Send over REST": {
    ...MESSAGE,
    workerRequests: 1,
    objectRequests: 3,
    framesIn: 0,
    d1RowsRead: 7,
    d1Queries: 2,
  },
  "Send under load, 64 in flight": LOADED_MESSAGE,
  "Send under load, 64 in flight, with a client_id": { ...LOADED_MESSAGE, objectRowsWritten: 2.05 },
  "Mark 1 message as read": { ...READ, objectRowsRead: 23 },
  "Mark 50 messages as read": { ...READ, objectRowsRead: 219 },
  "Mark all as read, 50 messages": { ...READ, objectRowsRead: 216 },
  "Mark all as read over REST, 50 messages": {
    ...READ,
    workerRequests: 1,
    objectRequests: 3,
    framesIn: 0,
    objectRowsRead: 216,
    d1RowsRead: 6,
    d1Queries: 1,
  },
  "Type, and stop": { framesIn: 2 },
  "Read a page of 50": {
    workerRequests: 1,
    objectRequests: 1,
    objectRowsRead: 59,
    d1RowsRead: 4,
    d1Queries: 1,
  },
  "Open a conversation of 100 messages": {
    workerRequests: 1,
    objectRequests: 1,
    objectRowsRead: 59,
    d1RowsRead: 4,
    d1Queries: 1,
  },
  "List 1 conversation": {
    workerRequests: 1,
    objectRequests: 2,
    objectRowsRead: 5,
    d1RowsRead: 16,
    d1Queries: 3,
  },
  "List 100 conversations": {
    workerRequests: 1,
    objectRequests: 2,
    objectRowsRead: 10,
    // The copy of the list, where there are new conversations in it.
    objectRowsWritten: 1,
    d1RowsRead: 1600,
    d1Queries: 3,
  },
} as const satisfies Readonly<Record<string, Budget>>;

export type Operation = keyof typeof BUDGETS;

/** The operations, in the order of the report. */
export const OPERATIONS: readonly Operation[] = Object.keys(BUDGETS).filter(isOperation);

/** Reported by its budget, as a measured value would differ from run to run. */
export function isBoundOnly(operation: Operation): boolean {
  return operation.startsWith("Send under load");
}

function isOperation(name: string): name is Operation {
  return name in BUDGETS;
}

export function budgetOf(operation: Operation): Budget {
  return BUDGETS[operation];
}
