import { spreadOf, type Result } from "@/bench/measure";
import { percentile99, twoNodes, withAdmin } from "@/bench/two-nodes";
import { flipRules } from "@/lib/testing/rules/rule-flips";

const size = { changes: 200, decisions: 100_000 };

/** Two nodes on one PostgreSQL and one Redis: rules swapped on one, until the other decides by them, under load. */
export async function benchRuleChanges(): Promise<Result> {
  return twoNodes(async ([one, other], databaseUrl) => {
    const secret = await withAdmin(databaseUrl, [
      "create:services",
      "create:keys",
      "create:rules",
      "update:rules",
      "read:rules",
      "read:keys",
      "verify:keys",
    ]);
    const flips = await flipRules({ writer: one.portal, asker: other.portal, secret }, size);
    const wrong = flips.inconsistent.length;
    return {
      title: "Rule changes across two nodes",
      note: `${size.changes} changes, each detaching one rule of a cell and attaching another in one version, from the answer on one node until the first decision under it on the other, which 16 callers ask without pause. Every decision is compared with what its version holds.`,
      rows: [
        { what: "enforced on the other node", unit: "ms", spread: spreadOf(flips.latenciesMs) },
        {
          what: "enforced, 99th percentile",
          unit: "ms",
          spread: spreadOf([percentile99(flips.latenciesMs)]),
          bar: { atMost: 250 },
        },
        {
          what: "decisions meanwhile",
          unit: "",
          spread: spreadOf([flips.decisions]),
          bar: { atLeast: 100_000 },
        },
        {
          what: "decisions that no one version explains",
          unit: "",
          spread: spreadOf([wrong]),
          bar: { atMost: 0 },
        },
      ],
    };
  });
}
