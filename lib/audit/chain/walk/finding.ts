import type { Finding } from "@/lib/audit/schema";

const findingsMax = 200;

/** A finding about to be noted: one place, unless `until` says more. */
export type NewFinding = Omit<Finding, "until"> & { until?: number };

/** A bounded list of findings, in which neighbours of one kind become one. */
export interface Findings {
  add(finding: NewFinding): void;
  /** Whether something was found at a place of this span. */
  touches(from: number, until: number): boolean;
  all(): Finding[];
}

/** See {@link Findings}; at most 200 are kept, the first ones. */
export function createFindings(): Findings {
  const found: Finding[] = [];
  return {
    add({ until, ...finding }) {
      const last = found.at(-1);
      const next = { ...finding, until: until ?? finding.position };
      if (last?.kind === next.kind && last.message === next.message && last.until + 1 === next.position) {
        last.until = next.until;
        last.id = null;
      } else if (found.length < findingsMax) found.push(next);
    },
    touches: (from, until) => found.some((one) => one.position <= until && one.until >= from),
    all: () => found.toSorted((one, other) => one.position - other.position),
  };
}
