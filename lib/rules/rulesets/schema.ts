import { z } from "zod";
import { pageOf } from "@/lib/lists/schema";
import { NodeView } from "@/lib/nodes/schema";
import { Attachment, Rule, RulesetNumber } from "@/lib/rules/schema";

/** One numbered, immutable state of a workspace's rules. */
export const RulesetSummary = z
  .object({
    version: z.number().int(),
    author: z.string().describe("Id of the actor"),
    note: z.string().describe("What its author says about it, else what it changed"),
    change: z.string().describe("What it changed, in a sentence"),
    createdAt: z.string(),
  })
  .meta({ id: "RulesetSummary" });
export type RulesetSummary = z.output<typeof RulesetSummary>;

/** `applied` is the version that the answering node applies, or null before it loaded any; `nodes` are all of them. */
export const RulesetPage = pageOf(RulesetSummary)
  .extend({ applied: z.number().int().nullable(), nodes: z.array(NodeView) })
  .meta({ id: "RulesetPage" });
export type RulesetPage = z.output<typeof RulesetPage>;

/** A rule as one version holds it. Services that are gone are named by id. */
export const RuleInVersion = Rule.extend({ id: z.string(), attachments: z.array(Attachment) }).meta({
  id: "RuleInVersion",
});
export type RuleInVersion = z.output<typeof RuleInVersion>;

export const RulesetDetail = RulesetSummary.extend({ rules: z.array(RuleInVersion) }).meta({
  id: "RulesetDetail",
});
export type RulesetDetail = z.output<typeof RulesetDetail>;

/** What changed between two versions. */
export const RulesetDiff = z
  .object({
    from: z.number().int(),
    to: z.number().int(),
    added: z.array(RuleInVersion),
    removed: z.array(RuleInVersion),
    changed: z.array(z.object({ before: RuleInVersion, after: RuleInVersion })),
  })
  .meta({ id: "RulesetDiff" });
export type RulesetDiff = z.output<typeof RulesetDiff>;

export const RollBack = z
  .strictObject({
    version: RulesetNumber.min(0).describe(
      "The version whose rules come back; 0 is the beginning, without rules",
    ),
  })
  .meta({ id: "RollBack" });
export type RollBack = z.output<typeof RollBack>;

export const RolledBack = z
  .object({
    version: z.number().int().describe("The new version"),
    restored: z.number().int().describe("Rules made or changed"),
    removed: z.number().int().describe("Rules removed"),
    lostAttachments: z
      .number()
      .int()
      .describe("Places that could not come back because their service or credential is gone"),
  })
  .meta({ id: "RolledBack" });
export type RolledBack = z.output<typeof RolledBack>;
