/** Placeholders of just the size of what comes in their place, so that nothing moves when it does. */
import type { JSX } from "react";

const ROWS = [1, 2, 3, 4, 5, 6];
const BUBBLES = ["theirs wide", "theirs", "mine", "theirs wide", "mine wide", "mine", "theirs"];

export function ListSkeleton(): JSX.Element {
  return (
    <div className="skeleton-list" aria-label="Loading conversations" role="status">
      {ROWS.map((row) => (
        <div key={row} className="skeleton-row">
          <span className="skeleton skeleton-avatar" />
          <span className="skeleton-lines">
            <span className="skeleton skeleton-line" />
            <span className="skeleton skeleton-line long" />
          </span>
        </div>
      ))}
    </div>
  );
}

export function MessagesSkeleton(): JSX.Element {
  return (
    <div className="skeleton-messages" aria-label="Loading messages" role="status">
      {BUBBLES.map((kind, at) => (
        <span key={at} className={`skeleton skeleton-bubble ${kind}`} />
      ))}
    </div>
  );
}
