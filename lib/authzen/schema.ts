import { z } from "zod";

/** The information model and messages of OpenID AuthZEN Authorization API 1.0. Unknown fields are let go, as it says. */
const Properties = z.record(z.string(), z.unknown());

export const Subject = z.object({ type: z.string(), id: z.string(), properties: Properties.optional() });
export const Action = z.object({ name: z.string(), properties: Properties.optional() });
export const Resource = z.object({ type: z.string(), id: z.string(), properties: Properties.optional() });
const Context = z.record(z.string(), z.unknown());

/** Section 6.1: who wants to do what to what, and under which circumstances. */
export const EvaluationRequest = z.object({
  subject: Subject,
  action: Action,
  resource: Resource,
  context: Context.optional(),
});
export type EvaluationRequest = z.output<typeof EvaluationRequest>;

/** How many evaluations one request may hold. */
export const evaluationsMax = 1_000;

/** When a batch ends early; section 7.1.2. */
export const EvaluationsSemantic = z.enum(["execute_all", "deny_on_first_deny", "permit_on_first_permit"]);
export type EvaluationsSemantic = z.output<typeof EvaluationsSemantic>;

/** Section 7.1: defaults and what differs. Each item is judged by itself, so that one wrong item spoils no other. */
export const EvaluationsRequest = EvaluationRequest.partial().extend({
  evaluations: z.array(z.unknown()).max(evaluationsMax).optional(),
  options: z.object({ evaluations_semantic: EvaluationsSemantic.default("execute_all") }).optional(),
});
export type EvaluationsRequest = z.output<typeof EvaluationsRequest>;

/** By status, as the standard's examples have them. */
const Reason = z.record(z.string(), z.string());

/** Section 5.5. `context.id` names the recorded decision. */
export const EvaluationAnswer = z.object({
  decision: z.boolean(),
  context: z
    .object({
      id: z.string().optional(),
      reason: z.string().optional().describe("A reason code: the rule's own, RULE, DEFAULT_DENY, …"),
      reason_admin: Reason.optional().describe("Not for the user: which rules denied"),
      reason_user: Reason.optional().describe("What the rule lets the user know"),
      error: z.object({ status: z.number().int(), message: z.string() }).optional(),
    })
    .optional(),
});
export type EvaluationAnswer = z.output<typeof EvaluationAnswer>;

export const EvaluationsAnswer = z.object({ evaluations: z.array(EvaluationAnswer) });
export type EvaluationsAnswer = z.output<typeof EvaluationsAnswer>;
