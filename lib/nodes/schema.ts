import { z } from "zod";

/** A process that applies rulesets. */
export const NodeView = z
  .object({
    id: z.string(),
    startedAt: z.string(),
    seenAt: z.string().describe("When it last said that it is up"),
    live: z.boolean().describe("Seen within 15 seconds; writers wait for no other"),
    applied: z
      .number()
      .int()
      .nullable()
      .describe("The version that it applies in this workspace; null while it holds none"),
    appliedAt: z.string().nullable(),
  })
  .meta({ id: "Node" });
export type NodeView = z.output<typeof NodeView>;

export const NodeList = z.object({ items: z.array(NodeView) }).meta({ id: "NodeList" });
export type NodeList = z.output<typeof NodeList>;

/** What may go with every write that makes a ruleset version. */
export const RulesetWrite = z.object({
  note: z
    .string()
    .trim()
    .max(500)
    .optional()
    .describe("What the author says about the change; it stands in the ruleset's version"),
  wait: z
    .enum(["applied"])
    .optional()
    .describe(
      "applied: the answer comes when every live node that holds the workspace applies the change, or after 10 seconds; the header Latchkey-Applied says which",
    ),
});
export type RulesetWrite = z.output<typeof RulesetWrite>;
