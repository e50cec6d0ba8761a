import { overlapSecondsMax } from "@/lib/keys/changes/schema";

/** How long the old secret goes on working. */
export type OverlapChoice = "none" | "1h" | "24h" | "7d" | "custom";

/** A length of one's own: a count, as typed, of a unit. */
export interface CustomOverlap {
  count: string;
  unit: "minutes" | "hours" | "days";
}

const presetSeconds = { none: 0, "1h": 3_600, "24h": 86_400, "7d": 604_800 } as const;
const unitSeconds = { minutes: 60, hours: 3_600, days: 86_400 } as const;

/** Seconds of a choice, or what is wrong with it. */
export function overlapSeconds(
  choice: OverlapChoice,
  custom: CustomOverlap,
): { seconds: number } | { error: string } {
  if (choice !== "custom") return { seconds: presetSeconds[choice] };
  const count = Number(custom.count.replace(",", "."));
  if (custom.count.trim() === "" || !Number.isFinite(count) || count <= 0)
    return { error: "Must be a number such as 12." };
  const seconds = Math.round(count * unitSeconds[custom.unit]);
  if (seconds < 1) return { error: "Must be at least one second." };
  return seconds > overlapSecondsMax ? { error: "Must be at most 30 days." } : { seconds };
}

/** Place of the old secret's end in the drawing, 0 now to 1 in 30 days; short overlaps are drawn wider than they are. */
export function overlapPlace(seconds: number): number {
  const scale = (length: number) => Math.log1p(length / 600);
  return scale(Math.min(seconds, overlapSecondsMax)) / scale(overlapSecondsMax);
}
