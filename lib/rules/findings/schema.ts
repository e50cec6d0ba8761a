import { z } from "zod";
import { pageOf } from "@/lib/lists/schema";
import { RuleFilters, StoredRule } from "@/lib/rules/schema";

/** What may be odd about a rule. */
export const findingKinds = [
  "never-matched",
  "expires-soon",
  "expired",
  "covered",
  "duplicate",
  "without-effect",
] as const;
export type FindingKind = (typeof findingKinds)[number];

export const Finding = z
  .object({
    kind: z.enum(findingKinds),
    rule: StoredRule.pick({ id: true, name: true, effect: true, mode: true }),
    by: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe(
        "covered: the deny that matches whatever this rule does; duplicate: the rule that says the same",
      ),
    at: z
      .string()
      .nullable()
      .describe(
        "never-matched: when it last matched, if ever; expires-soon, expired: when it stops or stopped",
      ),
    reason: z.string().describe("Why, in a sentence"),
  })
  .meta({ id: "Finding" });
export type Finding = z.output<typeof Finding>;

export const FindingQuery = z.object({
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(90)
    .describe("A rule that matched nothing for this many days is named"),
  kind: z.enum(findingKinds).optional().describe("Only these"),
});
export type FindingQuery = z.output<typeof FindingQuery>;

export const Findings = z
  .object({
    items: z.array(Finding),
    omitted: z.number().int().describe("Findings beyond the first 1,000"),
  })
  .meta({ id: "Findings" });
export type Findings = z.output<typeof Findings>;

/** How often a rule determined verdicts, or would have as a shadow. */
const RuleMatches = z.object({
  matches7d: z.number().int().describe("In the last 7 days, today among them, by UTC days"),
  lastMatchedAt: z.string().nullable(),
});

export const ListedRule = StoredRule.extend({
  matches: RuleMatches.optional().describe("With include=matches"),
}).meta({ id: "ListedRule" });
export type ListedRule = z.output<typeof ListedRule>;

export const RuleList = pageOf(ListedRule);
export type RuleList = z.output<typeof RuleList>;

export const RuleListQuery = RuleFilters.extend({
  include: z.enum(["matches"]).optional().describe("matches: how often each rule matched"),
});
export type RuleListQuery = z.output<typeof RuleListQuery>;
