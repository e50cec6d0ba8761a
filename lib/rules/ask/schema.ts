import { z } from "zod";
import { Decision } from "@/lib/events/schema";
import { Attachments, Rule, TestCredential, TestRequest } from "@/lib/rules/schema";

/** A condition that did not hold: left, operator, right. */
const FailureView = z.object({
  path: z.string().describe("Where in the rule, e.g. when.credential.scopes"),
  left: z.unknown().describe("What the request had; null when absent"),
  operator: z.string(),
  right: z.unknown().describe("What the rule asks for"),
  error: z.string().optional().describe("Set when the condition could not be evaluated"),
});

/** Why the service itself refused a call, before any rule. */
const GateView = z.object({
  reason: z.enum(["METHOD_NOT_ALLOWED", "SCOPE_REQUIRED"]),
  allowed: z.array(z.string()).describe("With METHOD_NOT_ALLOWED, the methods that the service takes"),
  requirements: z
    .array(
      z.object({
        route: z.string(),
        methods: z.array(z.string()).nullable().describe("null is every method"),
        scopes: z.array(z.string()).describe("All are needed"),
        missing: z.array(z.string()),
      }),
    )
    .describe("With SCOPE_REQUIRED, the service's entries that were not met"),
});

/** How each rule that could apply fared. */
export const Trace = z
  .object({
    gate: GateView.nullable().describe(
      "Why the service itself refused the call before its rules, which then had no say; null when it did not",
    ),
    candidates: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        effect: z.enum(["allow", "deny"]),
        mode: z.enum(["enforce", "shadow", "off"]),
        via: Attachments.describe(
          "Where it is attached, of the places that judge this call; {} is the workspace",
        ),
        outcome: z.enum(["matched", "not-matched", "failed"]),
        determining: z.boolean().describe("Whether the verdict rests on it"),
        failure: FailureView.nullable().describe(
          "The first condition that did not hold; null when it matched",
        ),
      }),
    ),
    omitted: z.number().int().describe("Candidates beyond the first 200, those that matched first"),
  })
  .meta({ id: "Trace" });
export type Trace = z.output<typeof Trace>;

/** A draft of a rule: with the `id` or the name of a stored one it stands in for that one, else it is one more. */
const Draft = z
  .looseObject({ name: z.unknown() })
  .describe("A rule as written, with attachments and perhaps id");

export const Simulate = z
  .strictObject({
    request: TestRequest,
    service: z.string().max(100).describe("Id or slug"),
    credential: z
      .union([z.string().max(200), TestCredential])
      .nullable()
      .default(null)
      .describe("Id or name of a key, attributes of an imagined one, or null for none"),
    draft: Draft.optional(),
  })
  .meta({ id: "Simulate" });
export type Simulate = z.output<typeof Simulate>;

/** A verdict that was asked for and not recorded. */
export const SimulatedDecision = Decision.pick({
  rulesetVersion: true,
  service: true,
  method: true,
  path: true,
  route: true,
  rules: true,
  reason: true,
  shadow: true,
})
  .extend({ verdict: z.enum(["allow", "deny"]), publicReason: z.string().nullable() })
  .meta({ id: "SimulatedDecision" });

export const Simulated = z.object({ decision: SimulatedDecision, trace: Trace }).meta({ id: "Simulated" });
export type Simulated = z.output<typeof Simulated>;

const ShownValues = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** What was kept of a recorded call for rules to read. Secrets, and what was too long, stand as "(masked)". */
const KeptInput = z.object({
  headers: ShownValues,
  query: ShownValues,
  body: z.unknown().optional().describe("JSON, or the fields of a form; absent where there was none"),
  token: z.record(z.string(), z.unknown()).nullable().describe("Verified claims, of a caller with a JWT"),
  notKept: z.array(z.string()).describe("Parts of which nothing is known: headers, query, body, token, …"),
});

/** A recorded call judged by the rules of today from what was kept of it. */
export const Explained = z
  .object({
    decision: SimulatedDecision.nullable().describe(
      "Null where the verdict would rest on what was not kept, or the call cannot be asked again",
    ),
    trace: Trace.nullable().describe("Null where the call cannot be asked again"),
    kept: KeptInput,
  })
  .meta({ id: "Explained" });
export type Explained = z.output<typeof Explained>;

export const Authorize = z
  .strictObject({
    service: z.string().max(100).describe("Id or slug"),
    method: TestRequest.shape.method.default("GET"),
    path: TestRequest.shape.path.default("/"),
    headers: TestRequest.shape.headers,
    query: TestRequest.shape.query,
    body: TestRequest.shape.body,
    key: z.string().min(1).max(512).optional().describe("A key's secret: whose call it is"),
    credential: z.string().min(1).max(200).optional().describe("The same by the key's id or name"),
    ip: z.union([z.ipv4(), z.ipv6()]).optional().describe("Address that the call came from"),
    explain: z.boolean().default(false).describe("Adds the trace; needs read:rules"),
  })
  .refine(
    (asked) => asked.key === undefined || asked.credential === undefined,
    "name the caller by key or by credential, not both",
  )
  .meta({ id: "Authorize" });
export type Authorize = z.output<typeof Authorize>;

/** The recorded decision, as `/decisions` will list it, with what the caller may be told and the trace when asked for. */
export const Authorized = Decision.omit({ seq: true, node: true })
  .extend({ publicReason: z.string().nullable(), trace: Trace.optional() })
  .meta({ id: "Authorized" });
export type Authorized = z.output<typeof Authorized>;

/** What checking a rule found; `errors` is empty for a good one. */
export const Validated = z
  .object({
    valid: z.boolean(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
    tests: z.array(
      z.object({
        name: z.string(),
        expected: z.enum(["allow", "deny"]),
        actual: z.enum(["allow", "deny"]).nullable(),
        pass: z.boolean(),
        durationUs: z.number(),
        refusal: z.string().optional(),
      }),
    ),
    cost: z
      .object({
        conditions: z.number().int().describe("Arrays opened; an expression is one"),
        conditionsMax: z.number().int(),
        steps: z.number().int().describe("Most that its expression could take; 0 without one"),
        stepsMax: z.number().int(),
      })
      .optional()
      .describe("Stands where the rule is valid"),
    rule: Rule.optional().describe("The rule with its defaults, when it is valid"),
  })
  .meta({ id: "Validated" });
export type Validated = z.output<typeof Validated>;
