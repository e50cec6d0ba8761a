import type { Usage, UsageTotals } from "@/lib/usage/schema";

/** What the table can be sorted by, largest first. */
export const usageSorts = ["requests", "limited", "denied", "error", "p95Us", "cost"] as const;
export type UsageSort = (typeof usageSorts)[number];

export type UsageGroupRow = Usage["groups"][number];

/** Groups by one number, largest first; without a value last. */
export function sortedGroups(groups: readonly UsageGroupRow[], sort: UsageSort): UsageGroupRow[] {
  const of = ({ totals }: UsageGroupRow) => totals[sort] ?? -1;
  return [...groups].sort((one, other) => of(other) - of(one));
}

/** The numbers that can be added up. */
type Summed = Pick<UsageTotals, "requests" | "ok" | "limited" | "denied" | "error" | "cost">;
const summed = ["requests", "ok", "limited", "denied", "error", "cost"] as const;

/** What the groups of an answer leave out of its totals, or null when they are all there is. */
export function restOf({ totals, groups }: Pick<Usage, "totals" | "groups">): Summed | null {
  const rest = { requests: 0, ok: 0, limited: 0, denied: 0, error: 0, cost: 0 };
  for (const name of summed)
    rest[name] = totals[name] - groups.reduce((sum, group) => sum + group.totals[name], 0);
  return rest.requests > 0 ? rest : null;
}

/** Bars of a group's sparkline: at most 28 or 30, the newest last. */
export function sparkOf({ series }: UsageGroupRow): { ok: number; bad: number }[] {
  const every = Math.ceil(series.length / 30);
  const days: { ok: number; bad: number }[] = [];
  series.forEach(({ ok, limited, denied, error }, at) => {
    const slot = Math.floor(at / every);
    const day = (days[slot] ??= { ok: 0, bad: 0 });
    day.ok += ok;
    day.bad += limited + denied + error;
  });
  return days;
}

const byteUnits = [
  { from: 1e9, unit: "GB" },
  { from: 1e6, unit: "MB" },
  { from: 1e3, unit: "kB" },
] as const;

/** `4.2 MB`: decimal units. */
export function bytesText(bytes: number): string {
  const scale = byteUnits.find(({ from }) => bytes >= from);
  if (!scale) return `${bytes} B`;
  const size = bytes / scale.from;
  return `${size < 10 ? size.toFixed(1) : Math.round(size).toLocaleString("en")} ${scale.unit}`;
}
