/** Dates and times as people read them. In English, as the app is, but with the clock that the user's settings ask for. */
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();

function format(options: Intl.DateTimeFormatOptions): (date: Date) => string {
  const formatter = new Intl.DateTimeFormat("en-GB", options);
  return (date) => formatter.format(date);
}

const cycle = hourCycle === undefined ? {} : { hourCycle };
const hour = hourCycle === "h12" || hourCycle === "h11" ? "numeric" : "2-digit";
const asClock = format({ hour, minute: "2-digit", ...cycle });
const asFull = format({ dateStyle: "full", timeStyle: "short", ...cycle });
const asWeekday = format({ weekday: "long" });
const asShortWeekday = format({ weekday: "short" });
const asDate = format({ day: "numeric", month: "long" });
const asShortDate = format({ day: "numeric", month: "short" });
const asDateOfYear = format({ day: "numeric", month: "long", year: "numeric" });
const asShortDateOfYear = format({ day: "2-digit", month: "2-digit", year: "2-digit" });

/** `14:03` */
export function clock(timestamp: string): string {
  return asClock(new Date(timestamp));
}

/** `Monday, 3 March 2025 at 14:03` */
export function fullTime(timestamp: string): string {
  return asFull(new Date(timestamp));
}

/** The day that a time falls on here, counted from any fixed day. */
export function dayNumber(date: Date): number {
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** `Today`, `Yesterday`, `Monday`, `3 March`, `3 March 2025` */
export function dayLabel(timestamp: string, today: Date): string {
  const date = new Date(timestamp);
  const age = dayNumber(today) - dayNumber(date);
  if (age === 0) return "Today";
  if (age === 1) return "Yesterday";
  if (age > 1 && age < 7) return asWeekday(date);
  return date.getFullYear() === today.getFullYear() ? asDate(date) : asDateOfYear(date);
}

/** For lists: `14:03`, `Yesterday`, `Mon`, `3 Mar`, `03/03/25` */
export function shortTime(timestamp: string, today: Date): string {
  const date = new Date(timestamp);
  const age = dayNumber(today) - dayNumber(date);
  if (age <= 0) return asClock(date);
  if (age === 1) return "Yesterday";
  if (age < 7) return asShortWeekday(date);
  return date.getFullYear() === today.getFullYear() ? asShortDate(date) : asShortDateOfYear(date);
}
