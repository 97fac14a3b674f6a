/** The cost account as a page. The same costs give the same page, to the letter. */
import { budgetOf, isBoundOnly, OPERATIONS, type Operation } from "./budgets.ts";
import { costOf, rowsWritten, type Cost } from "./meter.ts";
import { dollarsAMillion } from "./prices.ts";

const HEADINGS = [
  "operation",
  "Worker requests",
  "object requests",
  "socket messages in",
  "rows written: objects",
  "alarms",
  "D1",
  "in all",
  "rows read: objects",
  "D1",
  "D1 round trips",
  "$ per million",
];

/** What is reported of an operation: what it cost, or what it may cost where that depends on timing. */
function reported(operation: Operation, measured: Cost): Cost {
  const budget = budgetOf(operation);
  return isBoundOnly(operation) ? costOf((field) => budget[field] ?? 0) : measured;
}

/** The table's cells, headings first. */
export function costTable(measured: ReadonlyMap<Operation, Cost>): string[][] {
  const rows = OPERATIONS.map((operation) => {
    const found = measured.get(operation);
    if (found === undefined) throw new Error(`no cost was measured for: ${operation}`);
    const cost = reported(operation, found);
    const numbers = [
      cost.workerRequests,
      cost.objectRequests,
      cost.framesIn,
      cost.objectRowsWritten,
      cost.alarmsSet,
      cost.d1RowsWritten,
      rowsWritten(cost),
      cost.objectRowsRead,
      cost.d1RowsRead,
      cost.d1Queries + cost.d1Batches,
    ].map((value) => String(Number(value.toFixed(2))));
    const atMost = isBoundOnly(operation) ? "≤ " : "";
    return [operation, ...numbers.map((text) => atMost + text), atMost + dollarsAMillion(cost).toFixed(2)];
  });
  return [HEADINGS, ...rows];
}

/** docs/cost.md. */
export function costPage(measured: ReadonlyMap<Operation, Cost>): string {
  const [headings = [], ...rows] = costTable(measured);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = line(headings.map((_, index) => (index === 0 ? "---" : "---:")));
  return PAGE.replace("{table}", [line(headings), rule, ...rows.map(line)].join("\n"));
}

const PAGE = `# What an operation costs

\`npm run cost\` counts this anew and rewrites the page; \`test/workers/cost.test.ts\` fails when an operation becomes dearer than
its budget in \`bench/cost/budgets.ts\`. Nothing is estimated: rows are what the SQLite cursors and D1's \`meta\` report,
requests are calls that arrived.

{table}

- Each figure holds everything that the operation sets off until the system is at rest again: the room, the archive in D1,
  both users' inboxes, indexes, alarms. Of ten messages the dearest is given. Under load, how many messages share one
  batch is a matter of timing, so the row gives the bounds that the test holds it to; what is measured lies below them.
- A conversation has two participants here. Each further one adds an inbox call and a row in D1 for each batch.
- Prices are the paid plan's beyond what it includes: $0.30 for a million Worker requests, $0.15 for a million object
  requests (20 incoming socket messages count as one; outgoing ones and pings are free), $1.00 for a million rows written
  and $0.001 for a million rows read, in D1 and in objects alike. An alarm that is set is a row written. A D1 round trip is not
  charged; it is time.
- **Duration comes on top**: $12.50 for a million GB-s at 128 MB, while an object runs or is idle and cannot hibernate. It
  depends on how long D1 and the network take, so no count gives it. On paper: a message that comes alone keeps a room and two
  inboxes up for about as long as the archive takes; at 50 ms each that is 0.02 GB-s, $0.24 for a million. A quiet socket
  keeps nothing up.
- Storage: $0.20 for a GB and month in objects, $0.75 in D1. A message is in both.

## Where the rows of a message go

| row | why |
| --- | --- |
| the room's \`messages\` | the message itself; with a \`client_id\` one more, for the index that finds it |
| the room's \`room\` | how far its followers are, saved once when all have come to rest |
| D1 \`messages\` | the archive; no secondary index |
| D1 \`participants\` | the recipient's unread count; one for each recipient and batch |
| alarm | the safety net of the followers, only if none stands within ten seconds |
| alarm, set again | when that one has gone off while someone is connected: the end of their token |

A message that comes within ten seconds of the one before costs four rows; one that comes later, six. Under load the progress
and the unread count are shared by all messages of a batch, and two rows remain: the message in the room and in D1.

Starting a conversation writes the room's tables, which are rows too.
`;
