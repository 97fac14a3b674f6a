/** What the platform charges beyond what the paid plan includes, in dollars for a million (Cloudflare's pricing pages, 2026). */
import { rowsWritten, type Cost } from "./meter.ts";

/** Workers: a request; messages on a socket that an object holds are none. */
const WORKER_REQUEST = 0.3;
/** Durable Objects: a connection, a call, an alarm. */
const OBJECT_REQUEST = 0.15;
/** Durable Objects: so many incoming socket messages count as one request. Outgoing ones and pings are free. */
const FRAMES_A_REQUEST = 20;
/** Durable Objects' SQLite and D1 alike. An alarm that is set is a row written. */
const ROW_WRITTEN = 1;
const ROW_READ = 0.001;

/** Dollars for a million such operations, without duration. */
export function dollarsAMillion(cost: Cost): number {
  return (
    cost.workerRequests * WORKER_REQUEST +
    (cost.objectRequests + cost.framesIn / FRAMES_A_REQUEST) * OBJECT_REQUEST +
    rowsWritten(cost) * ROW_WRITTEN +
    (cost.objectRowsRead + cost.d1RowsRead) * ROW_READ
  );
}
