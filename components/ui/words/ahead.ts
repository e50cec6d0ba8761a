import { dateText } from "@/components/ui/words/when";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** `18:19`, UTC. */
export function hourText(at: string): string {
  return new Date(at).toISOString().slice(11, 16);
}

/** The whole coming moment to the minute, UTC: `Sat 22 Nov, 18:19`. */
export function stopText(at: string, nowMs: number): string {
  return `${weekdays[new Date(at).getUTCDay()] ?? ""} ${dateText(at, nowMs)}, ${hourText(at)}`;
}

/** The shortest words for a coming moment that are still exact: `19:19` today, `Sat 18:19` within six days, else its date. UTC. */
export function soonText(at: string, nowMs: number): string {
  const ahead = Date.parse(at) - nowMs;
  if (ahead < day * 1000 && new Date(at).getUTCDate() === new Date(nowMs).getUTCDate()) return hourText(at);
  if (ahead < 6 * day * 1000) return `${weekdays[new Date(at).getUTCDay()] ?? ""} ${hourText(at)}`;
  return dateText(at, nowMs);
}

/** A length of time by its two largest units: `18 h 22 m`, `2 d 4 h`, `40 s`. */
export function lengthText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const units = [
    ["d", Math.floor(whole / day)],
    ["h", Math.floor(whole / hour) % 24],
    ["m", Math.floor(whole / minute) % 60],
    ["s", whole % 60],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  if (first < 0) return "0 s";
  return units
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count} ${unit}`)
    .join(" ");
}

/** How long until: `in 40 s`, `in 2 d 4 h` within a week, the date after. */
export function untilText(at: string, nowMs: number): string {
  const seconds = Math.floor((Date.parse(at) - nowMs) / 1000);
  return seconds < 7 * day ? `in ${lengthText(seconds)}` : dateText(at, nowMs);
}
