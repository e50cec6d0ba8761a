import { z } from "zod";

/** What every call of one credential to one service comes to, whatever the request. */
export const CellState = z
  .enum(["allowed", "denied", "conditional"])
  .describe("Every request is allowed, every one is denied, or it depends on the request");

/** Where a rule reaches a cell from. */
export const Via = z
  .enum(["workspace", "service", "credential", "cell"])
  .describe("cell: attached to this credential on this service");
export type Via = z.output<typeof Via>;

const RuleOutcome = z
  .enum(["always", "sometimes", "never"])
  .describe("Of the requests of this cell, how many the rule meets");

/** A rule in a cell. */
export const CellRule = z
  .object({
    id: z.string(),
    name: z.string(),
    effect: z.enum(["allow", "deny"]),
    mode: z.enum(["enforce", "shadow", "off"]).describe("Only enforced rules count in the state"),
    via: Via,
    outcome: RuleOutcome,
  })
  .meta({ id: "CellRule" });
export type CellRule = z.output<typeof CellRule>;

/** What decides before any rule is asked. */
export const CellCheck = z
  .enum([
    "revoked",
    "expired",
    "disabled",
    "no-credential",
    "addresses",
    "origins",
    "methods",
    "paths",
    "required-scopes",
  ])
  .describe("Decides before any rule is asked");
export type CellCheck = z.output<typeof CellCheck>;

/** One credential on one service. */
export const MatrixCell = z
  .object({
    credential: z.string().describe("Id of the credential"),
    service: z.string().describe("Slug of the service"),
    state: CellState,
    rules: z
      .array(CellRule)
      .describe(
        "Rules that may meet one of its requests: those that settle the state first, near before far",
      ),
    checks: z.array(CellCheck),
  })
  .meta({ id: "MatrixCell" });
export type MatrixCell = z.output<typeof MatrixCell>;

/** A row. */
export const MatrixCredential = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(["key", "anonymous"]).describe("anonymous: a call without any credential"),
    environment: z.enum(["live", "test"]).nullable(),
    customer: z.object({ id: z.string(), name: z.string() }).nullable(),
    status: z.enum(["active", "disabled", "revoked", "expired"]),
  })
  .meta({ id: "MatrixCredential" });
export type MatrixCredential = z.output<typeof MatrixCredential>;

/** A column. */
export const MatrixService = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    visibility: z.enum(["public", "private"]),
    defaultVerdict: z.enum(["allow", "deny"]),
  })
  .meta({ id: "MatrixService" });
export type MatrixService = z.output<typeof MatrixService>;

/** A window of the matrix. */
export const Matrix = z
  .object({
    version: z.number().int().describe("The ruleset version that it shows"),
    credentials: z.array(MatrixCredential),
    services: z.array(MatrixService),
    cells: z.array(MatrixCell).describe("Row by row"),
    totals: z.object({ credentials: z.number().int(), services: z.number().int() }),
  })
  .meta({ id: "Matrix" });
export type Matrix = z.output<typeof Matrix>;

const Flag = z.enum(["true", "false"]).default("false");
const Offset = z.coerce.number().int().min(0).max(1_000_000).default(0);
const Count = z.coerce.number().int().min(1).max(100);

/** Which rows and columns. They are ordered by name, so an offset stays where it is while rules change. */
export const MatrixQuery = z.strictObject({
  q: z.string().trim().min(1).max(200).optional().describe("Part of a credential's or a service's name"),
  credential: z.string().min(1).max(200).optional().describe("One row: id or name"),
  service: z.string().min(1).max(100).optional().describe("One column: id or slug"),
  customer: z.string().min(1).max(200).optional().describe("Keys of this customer: id or externalId"),
  rule: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("Rows with a cell that this rule may meet: id or name"),
  state: CellState.optional().describe("Rows with such a cell"),
  status: z.enum(["all", "current"]).default("all").describe("current: neither revoked nor expired"),
  anonymous: Flag.describe("Begin with a row for calls without a credential"),
  sparse: Flag.describe(
    "Leave out cells that no rule and no check meets: the service's default is their state",
  ),
  offset: Offset.describe("Rows to skip"),
  limit: Count.default(25).describe("Rows to answer, 1–100"),
  serviceOffset: Offset.describe("Columns to skip"),
  serviceLimit: Count.default(100).describe("Columns to answer, 1–100"),
});
export type MatrixQuery = z.output<typeof MatrixQuery>;

/** Names one cell. */
export const CellQuery = z.strictObject({
  credential: z.string().min(1).max(200).describe("Id or name, or anonymous"),
  service: z.string().min(1).max(100).describe("Id or slug"),
});
export type CellQuery = z.output<typeof CellQuery>;

const AttachedRule = CellRule.extend({
  attachedBy: z.string().nullable().describe("Id of the actor; null when history does not say"),
  attachedAt: z.string().nullable(),
  attachedIn: z.number().int().nullable().describe("The ruleset version that attached it there"),
  updatedBy: z.string(),
  updatedAt: z.string(),
  expiresAt: z.string().nullable(),
});

/** One cell with every rule that reaches it, from near to far, also those that never meet it. */
export const CellDetail = z
  .object({
    version: z.number().int(),
    credential: MatrixCredential,
    service: MatrixService.extend({
      methods: z.array(z.string()),
      stripPrefix: z.string().describe("Paths without it are not found; empty where every path is taken"),
    }),
    state: CellState,
    checks: z.array(CellCheck),
    missingScopes: z.array(z.string()).describe("Required by some route and not held"),
    rules: z.array(AttachedRule),
  })
  .meta({ id: "CellDetail" });
export type CellDetail = z.output<typeof CellDetail>;

const RuleIds = z.array(z.string().min(1).max(100)).max(100);

/** Rules to attach to a place and to detach from it: a cell, a whole row or a whole column. */
export const ChangeCell = z
  .strictObject({
    credential: z
      .string()
      .min(1)
      .max(200)
      .nullish()
      .describe("Id or name; null or left out, every credential on the service"),
    service: z.string().min(1).max(100).nullish().describe("Id or slug; null or left out, every service"),
    attach: RuleIds.default([]).describe("Ids of rules; one that is there already stays"),
    detach: RuleIds.default([]).describe("Ids of rules; one that is not there is none the less gone"),
    version: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe(
        "The ruleset version that was read; a change of one of these rules since then is refused as stale",
      ),
  })
  .refine(
    ({ credential, service }) => (credential ?? null) !== null || (service ?? null) !== null,
    "must name a credential or a service; the whole workspace is a rule's own attachment",
  )
  .refine(({ attach, detach }) => !attach.some((id) => detach.includes(id)), {
    path: ["detach"],
    error: "must not name a rule that is also to be attached",
  })
  .meta({ id: "ChangeCell" });
export type ChangeCell = z.output<typeof ChangeCell>;

/** What a change made. */
export const ChangedCell = z
  .object({
    version: z.number().int().describe("The ruleset version that holds it"),
    cell: MatrixCell.nullable().describe("How the cell stands now; null for a whole row or column"),
    attached: z.array(z.string()).describe("Ids of rules that were not there before"),
    detached: z.array(z.string()).describe("Ids of rules that were"),
    undo: z
      .object({
        credential: z.string().nullable(),
        service: z.string().nullable(),
        attach: z.array(z.string()),
        detach: z.array(z.string()),
      })
      .describe("The body that takes it back"),
  })
  .meta({ id: "ChangedCell" });
export type ChangedCell = z.output<typeof ChangedCell>;
