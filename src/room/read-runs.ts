/** Folding the ids that one call reads into as few ranges as tell them exactly. */

/** A range of message ids, both ends included. */
export interface Run {
  readonly firstId: number;
  readonly lastId: number;
}

/**
 * Finds the ids that are read now, and the runs that tell them. A run may cover the reader's own messages, but no id that
 * stays unread and none that an earlier receipt covers.
 *
 * @param unread ids that others sent and the reader has not read, ascending
 * @param receiptStarts first ids of the reader's receipts among them, ascending
 */
export function readRuns(
  unread: readonly number[],
  isRead: (id: number) => boolean,
  receiptStarts: readonly number[],
): { runs: Run[]; read: number[] } {
  const runs: Run[] = [];
  const read: number[] = [];
  let run: { firstId: number; lastId: number } | null = null;
  let nextReceipt = 0;
  for (const id of unread) {
    if (!isRead(id)) {
      run = null;
      continue;
    }
    read.push(id);
    let crossed = false;
    while ((receiptStarts[nextReceipt] ?? Infinity) < id) {
      nextReceipt += 1;
      crossed = true;
    }
    if (run !== null && !crossed) {
      run.lastId = id;
    } else {
      run = { firstId: id, lastId: id };
      runs.push(run);
    }
  }
  return { runs, read };
}
