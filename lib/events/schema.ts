import { z } from "zod";

/** Outcome of one call. `limited` is a refusal by rate limit or quota. */
export const Verdict = z.enum(["allow", "deny", "limited"]);
export type Verdict = z.output<typeof Verdict>;

/** What asked for a verdict. */
export const DecisionSource = z.enum(["gateway", "verify", "authorize", "forward-auth", "authzen"]);
export type DecisionSource = z.output<typeof DecisionSource>;

/** `opened` stands before a streamed answer's head, `completed` before its last byte; one record says it all for the rest. */
export type RecordPhase = "whole" | "opened" | "completed";

/** What is handed to the recorder for every call, before it has a sequence number. Latencies in microseconds. */
export interface DecisionRecord {
  id: string;
  phase: RecordPhase;
  /** Milliseconds since 1970, with fractions. */
  atMs: number;
  workspaceId: string;
  source: DecisionSource;
  rulesetVersion: number;
  credential: {
    id: string;
    secretId: string;
    name: string;
    prefix: string;
    customerId: string | null;
  } | null;
  service: { id: string; slug: string } | null;
  method: string;
  /** Canonical path, at most 2,048 characters are kept. */
  path: string;
  /** Template of the determining rule's route, else null. */
  route: string | null;
  /** Client address. */
  address: string | null;
  userAgent: string | null;
  verdict: Verdict;
  /** Names of the determining rules. */
  rules: readonly string[];
  /** A reason code: RULE, DEFAULT_ALLOW, DEFAULT_DENY, NO_CREDENTIAL, a verify code, NOT_CANONICAL, … */
  reason: string;
  /** What shadow rules would have said, else null. */
  shadow: { verdict: "allow" | "deny"; rules: readonly string[] } | null;
  /** Status the caller got; 499 when the caller left first. */
  status: number;
  requestBytes: number;
  responseBytes: number;
  authenticateUs: number;
  decideUs: number;
  totalUs: number;
  upstreamUs: number | null;
  traceId: string | null;
  /** How many identical refusals this record stands for; 1 unless aggregated. */
  count: number;
  /** What the call took from limits and quotas; 1 when not said. */
  cost?: number;
  /** JSON text of what the verdict was reached from, secrets masked, for replay; left out, nothing is kept. */
  input?: string;
}

/** A decision as the API shows it. */
export const Decision = z
  .object({
    id: z.string(),
    seq: z.string().describe("Position in the workspace's stream, a decimal number as text"),
    at: z.string().describe("RFC 3339 UTC"),
    node: z.string(),
    source: DecisionSource,
    rulesetVersion: z.number().int(),
    credential: z
      .object({
        id: z.string(),
        secretId: z.string(),
        name: z.string(),
        prefix: z.string(),
        customer: z.string().nullable(),
      })
      .nullable(),
    service: z.string().nullable().describe("Slug"),
    method: z.string(),
    path: z.string(),
    route: z.string().nullable(),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    verdict: Verdict,
    rules: z.array(z.string()),
    reason: z.string(),
    shadow: z.object({ verdict: z.enum(["allow", "deny"]), rules: z.array(z.string()) }).nullable(),
    status: z.number().int(),
    requestBytes: z.number(),
    responseBytes: z.number(),
    latencyUs: z.object({
      authenticate: z.number().int(),
      decide: z.number().int(),
      total: z.number().int(),
      upstream: z.number().int().nullable(),
    }),
    traceId: z.string().nullable(),
    count: z.number().int(),
  })
  .meta({ id: "Decision" });
export type Decision = z.output<typeof Decision>;

const time = z.iso.datetime({ offset: true, error: "must be a time such as 2026-01-31T12:00:00Z" });

/** What narrows a list or stream of decisions; all given filters must hold. */
export const DecisionFilters = z.object({
  verdict: Verdict.optional(),
  credential: z.string().min(1).max(64).optional().describe("Id of a key"),
  service: z.string().min(1).max(100).optional().describe("Slug or id"),
  rule: z.string().min(1).max(200).optional().describe("Name of a determining rule"),
  status: z
    .enum(["1xx", "2xx", "3xx", "4xx", "5xx"])
    .optional()
    .describe("Class of the status the caller got"),
  method: z.string().min(1).max(32).optional(),
  path: z.string().min(1).max(2_048).optional().describe("Beginning of the path"),
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Text within the path, credential name, rule name or reason"),
  source: DecisionSource.optional(),
  from: time.optional().describe("First moment, inclusive"),
  to: time.optional().describe("Last moment, exclusive"),
});
export type DecisionFilters = z.output<typeof DecisionFilters>;

/** A page of decisions, newest first. A page may be short, even empty, while `nextCursor` says that older ones remain to be searched. */
export const DecisionPage = z
  .object({ items: z.array(Decision), nextCursor: z.string().nullable() })
  .meta({ id: "DecisionPage" });
export type DecisionPage = z.output<typeof DecisionPage>;

/** Calls in one span of time. `ourAverageUs` is the mean of total minus upstream latency, null without calls. */
export const DecisionBucket = z.object({
  at: z.string().describe("Begin of the span, RFC 3339 UTC"),
  allowed: z.number().int(),
  denied: z.number().int(),
  limited: z.number().int(),
  ourAverageUs: z.number().nullable(),
});
export type DecisionBucket = z.output<typeof DecisionBucket>;

/** The counters above the live tail: rates over the whole window, and its dense series. */
export const DecisionSummary = z
  .object({
    windowSeconds: z.number().int(),
    bucketSeconds: z.number().int(),
    perSecond: z.object({ allowed: z.number(), denied: z.number(), limited: z.number() }),
    ourAverageUs: z.number().nullable().describe("Mean of total minus upstream latency in µs"),
    series: z.array(DecisionBucket),
  })
  .meta({ id: "DecisionSummary" });
export type DecisionSummary = z.output<typeof DecisionSummary>;

/** Something that happened other than a decision or an audited change. */
export const StoredEvent = z
  .object({
    id: z.string(),
    seq: z.string().describe("Position in the workspace's events, a decimal number as text"),
    type: z.string().describe("From the catalogue, such as key.expiring"),
    at: z.string().describe("RFC 3339 UTC"),
    subject: z.string().nullable().describe("Id of what it is about"),
    customer: z.string().nullable().describe("Id of the customer whom it concerns"),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Event" });
export type StoredEvent = z.output<typeof StoredEvent>;

/** What narrows a list of events. */
export const EventFilters = z.object({
  type: z.string().min(1).max(100).optional().describe("Whole, or a group such as `key.*`"),
  subject: z.string().min(1).max(100).optional().describe("Id of what it is about"),
  customer: z.string().min(1).max(100).optional().describe("Id of a customer"),
  from: time.optional().describe("First moment, inclusive"),
  to: time.optional().describe("Last moment, exclusive"),
});
export type EventFilters = z.output<typeof EventFilters>;

/** A page of events, newest first. */
export const EventPage = z
  .object({ items: z.array(StoredEvent), nextCursor: z.string().nullable() })
  .meta({ id: "EventPage" });
export type EventPage = z.output<typeof EventPage>;

/** One thing that changed something or failed to authenticate. */
export const AuditEntry = z
  .object({
    id: z.string(),
    seq: z.string().describe("Position in the workspace's trail, a decimal number as text"),
    at: z.string().describe("RFC 3339 UTC"),
    actor: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
    action: z.string().describe("Such as keys.revoke"),
    subject: z.string().nullable().describe("Id of what it was done to"),
    detail: z.record(z.string(), z.unknown()),
    address: z.string().nullable(),
    count: z
      .number()
      .int()
      .describe("How many like it this entry stands for; more than 1 for failed authentications"),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.output<typeof AuditEntry>;

/** What narrows a list of audit entries. */
export const AuditFilters = z.object({
  subject: z.string().min(1).max(100).optional().describe("Id of what it was done to"),
  action: z.string().min(1).max(100).optional().describe("Whole, or a room such as `keys.*`"),
  actor: z.string().min(1).max(100).optional().describe("Id of who did it"),
  address: z.string().min(1).max(64).optional().describe("Where it came from, exactly"),
  reason: z.string().min(1).max(64).optional().describe("Why an authentication failed, such as `REVOKED`"),
  prefix: z.string().min(1).max(64).optional().describe("Prefix of the key that failed, such as `lk_live`"),
  from: time.optional().describe("First moment, inclusive"),
  to: time.optional().describe("Last moment, exclusive"),
});
export type AuditFilters = z.output<typeof AuditFilters>;

/** A page of the audit trail, newest first. */
export const AuditPage = z
  .object({ items: z.array(AuditEntry), nextCursor: z.string().nullable() })
  .meta({ id: "AuditPage" });
export type AuditPage = z.output<typeof AuditPage>;
