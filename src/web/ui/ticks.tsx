/** How far one's own message has come: a clock, one tick, two, two strong ones. */
import type { JSX } from "react";
import type { MessageStatus } from "../../client/index.ts";

const LABELS: Readonly<Record<MessageStatus, string>> = {
  sending: "Sending",
  failed: "Not sent",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
};

const PATHS: Readonly<Record<MessageStatus, string>> = {
  sending: "M9 3.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6zM9 5.6V8l1.7 1.2",
  failed: "M9 3v6M9 11.6v.6",
  sent: "M4.5 8.4l3 3 6-6.6",
  delivered: "M1.5 8.4l3 3 6-6.6M8 10.9l.6.5 6-6.6",
  read: "M1.5 8.4l3 3 6-6.6M8 10.9l.6.5 6-6.6",
};

export function Ticks({ status }: { readonly status: MessageStatus }): JSX.Element {
  return (
    <svg
      className={`ticks ticks-${status}`}
      width={18}
      height={16}
      viewBox="0 0 18 16"
      role="img"
      aria-label={LABELS[status]}
    >
      <path d={PATHS[status]} />
    </svg>
  );
}
