import { z } from "zod";
import { Moment } from "@/lib/lists/schema";
import { DecisionSource, Verdict } from "@/lib/events/schema";

/** Most groups that a result lists, and decisions that each names. */
export const replayLimits = { groups: 100, samples: 20 } as const;

/** What is tried on which recorded decisions: a draft, or what is left without one stored rule. */
export const Replay = z
  .strictObject({
    draft: z
      .looseObject({ name: z.unknown() })
      .optional()
      .describe("A rule as written, with attachments and perhaps id; enforced whatever its mode"),
    remove: z.string().min(1).max(200).optional().describe("Id or name of a stored rule to do without"),
    from: Moment.describe("First moment, inclusive"),
    to: Moment.optional().describe("Last moment, exclusive; left out, now"),
    filters: z
      .strictObject({
        credential: z.string().min(1).max(64).optional().describe("Id of a key"),
        service: z.string().min(1).max(100).optional().describe("Slug or id"),
        verdict: Verdict.optional(),
        source: DecisionSource.optional(),
        method: z.string().min(1).max(32).optional(),
      })
      .default({}),
  })
  .refine(
    ({ draft, remove }) => (draft === undefined) !== (remove === undefined),
    "name a draft or a rule to remove, and not both",
  )
  .meta({ id: "Replay" });
export type Replay = z.output<typeof Replay>;

const count = z.number().int();

/** How one decision fared: its verdict by today's rules beside the one with the draft. */
export const ReplayChange = z.enum(["newly-denied", "newly-allowed", "unknown"]);
export type ReplayChange = z.output<typeof ReplayChange>;

const Sample = z.object({
  id: z.string().describe("Of the decision"),
  at: z.string(),
  method: z.string(),
  path: z.string(),
  count: count.describe("Calls that it stands for"),
  change: ReplayChange,
  recorded: Verdict.describe("What it was told then"),
  rules: z.array(z.string()).describe("What the verdict would rest on; empty when it is not known"),
});

const Counts = z.object({
  same: count.describe("The verdict stays"),
  newlyDenied: count,
  newlyAllowed: count,
  unknown: count.describe("It rests on what was masked or not kept"),
});

const Group = Counts.extend({
  credential: z.object({ id: z.string(), name: z.string() }).nullable(),
  service: z.string().nullable().describe("Slug; null for AuthZEN questions"),
  samples: z.array(Sample).describe(`The newest, at most ${replayLimits.samples}`),
}).omit({ same: true });

export const ReplayProgress = z.object({
  type: z.literal("progress"),
  scanned: count.describe("Calls that were looked at so far"),
  at: z.string().describe("Time of the last one; the newest come first"),
});

export const ReplayResult = z
  .object({
    type: z.literal("result"),
    from: z.string(),
    to: z.string(),
    rulesetVersion: count.describe("What the draft was compared with"),
    scanned: count.describe("Calls of the window, each counted once below"),
    counts: Counts.extend({
      outside: count.describe("No rule has a say: refused before the rules, or without a service"),
    }),
    drift: z
      .object({
        nowDenied: count.describe("Allowed then, denied by today's rules without the draft"),
        nowAllowed: count,
      })
      .describe("Where today's rules differ from what was told then, so this is not the draft's doing"),
    groups: z.array(Group).describe("By credential and service, those with the most changes first"),
    moreGroups: count.describe("Groups beyond these; their calls are in the counts"),
    durationMs: z.number(),
  })
  .meta({ id: "ReplayResult" });
export type ReplayResult = z.output<typeof ReplayResult>;
export type ReplayGroup = ReplayResult["groups"][number];

const Failed = z.object({
  type: z.literal("error"),
  problem: z.object({ type: z.string(), title: z.string(), status: count, detail: z.string().optional() }),
});

/** One line of a replay's answer. */
export const ReplayLine = z
  .discriminatedUnion("type", [ReplayProgress, ReplayResult, Failed])
  .meta({ id: "ReplayLine" });
export type ReplayLine = z.output<typeof ReplayLine>;
