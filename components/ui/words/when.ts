const day = 86_400_000;

const dayOf = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const dayAndYear = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** How long ago an RFC 3339 time was: "4 s ago", "9 h ago"; its date when a week or more. `nowMs` is milliseconds since 1970. */
export function agoText(at: string, nowMs: number): string {
  const past = nowMs - Date.parse(at);
  if (past < 1_000) return "just now";
  if (past < 60_000) return `${Math.floor(past / 1_000)} s ago`;
  if (past < 3_600_000) return `${Math.floor(past / 60_000)} min ago`;
  if (past < day) return `${Math.floor(past / 3_600_000)} h ago`;
  if (past < 7 * day) return `${Math.floor(past / day)} d ago`;
  return dateText(at, nowMs);
}

/** "21 Nov", with the year when it is another than now's. */
export function dateText(at: string, nowMs: number): string {
  const date = new Date(at);
  return (date.getUTCFullYear() === new Date(nowMs).getUTCFullYear() ? dayOf : dayAndYear).format(date);
}

/** Time of day with milliseconds, UTC: "18:19:22.418". */
export function clockText(at: string): string {
  return new Date(at).toISOString().slice(11, 23);
}

/** When a row of a stream happened, UTC: "18:19:22.418" today, "20 Nov 18:19" on another day. */
export function rowTimeText(at: string, nowMs: number): string {
  const clock = clockText(at);
  if (Math.floor(Date.parse(at) / day) === Math.floor(nowMs / day)) return clock;
  return `${dayOf.format(new Date(at))} ${clock.slice(0, 5)}`;
}

/** The whole moment, UTC: "21 Nov 2026, 18:19:22". */
export function momentText(at: string): string {
  const date = new Date(at);
  return `${dayAndYear.format(date)}, ${date.toISOString().slice(11, 19)}`;
}

/** Microseconds in the unit that fits: "2.1 µs", "110 µs", "1.8 ms", "84 ms", "1.9 s". */
export function durationText(us: number): string {
  if (us < 1_000) return `${significant(us)} µs`;
  if (us < 1_000_000) return `${significant(us / 1_000)} ms`;
  return `${significant(us / 1_000_000)} s`;
}

/** Microseconds as bare milliseconds for a column: "0.11", "21.4", "1,902". */
export function millisecondsText(us: number): string {
  const ms = us / 1_000;
  if (ms < 1) return ms.toFixed(2);
  return ms < 100 ? ms.toFixed(1) : Math.round(ms).toLocaleString("en");
}

function significant(value: number): string {
  if (value >= 10 || Number.isInteger(value)) return String(Math.round(value));
  return value < 1 ? value.toFixed(2) : value.toFixed(1);
}
