import { z } from "zod";

const Count = z.object({ count: z.number().int() });

/** What the rail and the strip show besides words. A count is absent where the person may not read the list. */
export const ShellFacts = z.object({
  counts: z.object({ keys: Count, customers: Count, services: Count, rules: Count }).partial(),
  strip: z.object({
    rulesetVersion: z.number().int().optional().describe("Absent when this node has none to enforce"),
    nodes: z
      .object({ all: z.number().int(), applied: z.number().int() })
      .optional()
      .describe("Live nodes that hold the workspace, and those that apply this version"),
    recordingLagSeconds: z.number(),
    recordsLost: z.number().int().describe("Since the process started"),
    verifiedTo: z
      .number()
      .int()
      .optional()
      .describe("Place of the audit chain up to which it was verified and signed"),
  }),
});
export type ShellFacts = z.output<typeof ShellFacts>;
