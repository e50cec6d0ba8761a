import { z } from "zod";
import { PageQuery } from "@/lib/lists/schema";
import { Method, NestedConditions, When } from "@/lib/rules/language/conditions/conditions-schema";
import { ruleLimits } from "@/lib/rules/language/limits";

/** A request in an inline test or a simulation. */
export const TestRequest = z.strictObject({
  method: Method,
  path: z.string().startsWith("/", "must begin with /").max(8_192),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  body: z.unknown().optional(),
  ip: z.union([z.ipv4(), z.ipv6()], "must be an address").optional().describe("The client's address"),
});
export type TestRequest = z.output<typeof TestRequest>;

const Names = z.array(z.string().max(200)).max(200);

/** Attributes of a credential as a test supplies them; what is left out is absent. */
export const TestCredential = z.strictObject({
  id: z.string().max(200).optional(),
  name: z.string().max(200).optional(),
  environment: z.enum(["live", "test"]).optional(),
  scopes: Names.optional(),
  roles: Names.optional(),
  customer: z.string().max(200).optional(),
  labels: Names.optional(),
  externalId: z.string().max(200).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  token: z.record(z.string(), z.unknown()).optional().describe("Verified claims, for a caller with a JWT"),
});
export type TestCredential = z.output<typeof TestCredential>;

const Properties = z.record(z.string(), z.unknown()).optional();
const TestEntity = z.strictObject({
  type: z.string().max(1_000),
  id: z.string().max(1_000),
  properties: Properties,
});

/** An AuthZEN question in an inline test, as it is judged: what is stored of a subject lies over its properties already. */
export const TestEvaluation = z.strictObject({
  subject: TestEntity,
  action: z.strictObject({ name: z.string().max(1_000), properties: Properties }),
  resource: TestEntity,
  context: Properties,
});
export type TestEvaluation = z.output<typeof TestEvaluation>;

/** The rule alone must answer so: an allow rule that does not match denies, a deny rule that does not match allows. */
const RuleTest = z
  .strictObject({
    name: z.string().min(1).max(200),
    request: TestRequest.optional(),
    evaluation: TestEvaluation.optional().describe("In place of a request, an AuthZEN question"),
    credential: TestCredential.optional().describe("Whose call it is; of an evaluation, the subject's key"),
    expect: z.enum(["allow", "deny"]),
  })
  .refine(
    ({ request, evaluation }) => (request === undefined) !== (evaluation === undefined),
    "must hold either a request or an AuthZEN evaluation",
  )
  .meta({ id: "RuleTest" });
export type RuleTest = z.output<typeof RuleTest>;

export const RuleName = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(100)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, "must be printable text");

/** The rule as written: who may, or may not, call what. */
export const Rule = z
  .strictObject({
    name: RuleName.describe("Unique in the workspace; decisions list it"),
    description: z.string().max(1_000).optional(),
    effect: z.enum(["allow", "deny"]).describe("Deny wins; order never matters"),
    mode: z
      .enum(["enforce", "shadow", "off"])
      .default("enforce")
      .describe("shadow: judged and recorded beside the real verdict, never enforced"),
    when: When.optional().describe("Left out, it applies to every request"),
    unless: NestedConditions.optional().describe("The exception"),
    expr: z
      .string()
      .min(1)
      .max(ruleLimits.expression)
      .optional()
      .describe("CEL over request, credential, token and the like; must be true"),
    reason: z
      .strictObject({
        code: z
          .string()
          .regex(/^[A-Z][A-Z0-9_]{0,63}$/, "must be capitals, digits and underscores, such as PAYMENTS_CAP")
          .optional()
          .describe("Stands in the decision instead of RULE"),
        public: z.string().min(1).max(300).optional().describe("What the refused caller is told"),
      })
      .optional(),
    expiresAt: z.iso
      .datetime({ offset: true, error: "must be an RFC 3339 time such as 2027-01-01T00:00:00Z" })
      .optional()
      .describe("The rule stops at this time"),
    tests: z
      .array(RuleTest)
      .max(ruleLimits.tests)
      .optional()
      .describe("Run at every write; one that fails refuses it"),
  })
  .meta({ id: "Rule", description: "Who may, or may not, call what" });
export type Rule = z.output<typeof Rule>;

/** Where a rule applies: `{}` is the workspace; a service by id or slug, a credential by id or name; both are one credential on one service. */
export const Attachment = z
  .strictObject({
    service: z.string().min(1).max(100).optional().describe("Id or slug"),
    credential: z.string().min(1).max(200).optional().describe("Id or name"),
    credentialName: z.string().optional().describe("Answered only; ignored when sent"),
  })
  .meta({ id: "Attachment", description: "{} attaches to the workspace" });
export type Attachment = z.output<typeof Attachment>;

export const Attachments = z.array(Attachment).max(ruleLimits.attachments);

/** Number of a ruleset, as far as the database counts. */
export const RulesetNumber = z.number().int().max(2_147_483_647);

/** Places to attach a rule to and to detach it from, in one version. */
export const AttachRule = z
  .strictObject({
    attach: Attachments.default([]),
    detach: Attachments.default([]),
    version: RulesetNumber.optional().describe(
      "The version that was read; a change since then is refused as stale",
    ),
  })
  .meta({ id: "AttachRule" });
export type AttachRule = z.output<typeof AttachRule>;

/** A rule as the API shows it: the JSON as written, and where and since when it stands. */
export const StoredRule = Rule.extend({
  id: z.string(),
  version: z.number().int().describe("The ruleset version that last changed it; send it back with a change"),
  attachments: z.array(Attachment),
  createdAt: z.string(),
  updatedAt: z.string(),
  updatedBy: z.string().describe("Id of the actor"),
}).meta({ id: "StoredRule" });
export type StoredRule = z.output<typeof StoredRule>;

/** How a list of rules is narrowed. */
export const RuleFilters = PageQuery.extend({
  q: z.string().trim().min(1).max(200).optional().describe("Part of name or description"),
  effect: z.enum(["allow", "deny"]).optional(),
  mode: z.enum(["enforce", "shadow", "off"]).optional(),
  service: z.string().max(100).optional().describe("Attached to this service: id or slug"),
  credential: z.string().max(200).optional().describe("Attached to this credential: id or name"),
});
export type RuleFilters = z.output<typeof RuleFilters>;
