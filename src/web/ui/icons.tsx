/** The few pictures of the app: drawn with the text's colour, and silent to screen readers. */
import type { JSX } from "react";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.5 16.5L21 21",
  send: "M4 12l16-8-5 16-3.5-6.5zM11.5 13.5L20 4",
  down: "M6 9.5l6 6 6-6",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M5 7h14M5 12h14M5 17h14",
  warning: "M12 4l9 16H3zM12 10v4.5M12 17.2v.3",
} as const;

export type IconName = keyof typeof PATHS;

/** A picture, 20 pixels wide where nothing else is said. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
