import { z } from "zod";
import { Moment } from "@/lib/lists/schema";

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
  /** That the caller, a key of the workspace itself, was found to hold what asking needs. */
  roleCheck?: RoleCheck;
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
  from: Moment.optional().describe("First moment, inclusive"),
  to: Moment.optional().describe("Last moment, exclusive"),
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

/** A check of a platform scope for a key: which key, which scope, at which endpoint, and what came of it. */
export const RoleCheck = z
  .object({
    key: z.object({ id: z.string(), name: z.string() }),
    scope: z.string().describe("A platform scope, such as `read:keys`"),
    endpoint: z.string().describe("Method and template of the path, such as `GET /api/v1/keys/{id}`"),
    granted: z.boolean(),
  })
  .meta({ id: "RoleCheck" });
export type RoleCheck = z.output<typeof RoleCheck>;

/** A role check as the data of an event. */
export const RoleCheckData = RoleCheck.extend({
  count: z.number().int().describe("How many like it this event stands for"),
});

/** A check of a scope as it is handed to the recorder, by itself. `atMs` in milliseconds since 1970. */
export interface RoleCheckRecord {
  id: string;
  atMs: number;
  workspaceId: string;
  /** Customer of the key. */
  customerId: string | null;
  check: RoleCheck;
}

/**
 * Anything that happened, as a CloudEvent (1.0, JSON format). `customer` and `credential` are extension attributes, left
 * out where there is none.
 */
export const CloudEvent = z
  .object({
    specversion: z.literal("1.0"),
    id: z.string(),
    source: z.string().describe("The workspace, as a URI reference"),
    type: z.string().describe("From the catalogue, such as key.expiring"),
    time: z.string().describe("RFC 3339 UTC"),
    subject: z.string().optional().describe("Id of what it is about"),
    datacontenttype: z.literal("application/json"),
    dataschema: z.string().describe("Where the type's schema is, with its version"),
    customer: z.string().optional().describe("Id of the customer whom it concerns"),
    credential: z.string().optional().describe("Id of the key that it is about or was done with"),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "CloudEvent" });
export type CloudEvent = z.output<typeof CloudEvent>;

/** What narrows a list or stream of events; all given filters must hold. */
export const EventFilters = z.object({
  type: z.string().min(1).max(100).optional().describe("Whole, or a group such as `keys.*`"),
  subject: z.string().min(1).max(100).optional().describe("Id of what it is about"),
  customer: z.string().min(1).max(100).optional().describe("Id of a customer"),
  credential: z.string().min(1).max(64).optional().describe("Id of a key"),
  from: Moment.optional().describe("First moment, inclusive"),
  to: Moment.optional().describe("Last moment, exclusive"),
});
export type EventFilters = z.output<typeof EventFilters>;

/** A page of events, newest first. A page may be short, even empty, while `nextCursor` says that older ones remain to be searched. */
export const EventPage = z
  .object({ items: z.array(CloudEvent), nextCursor: z.string().nullable() })
  .meta({ id: "EventPage" });
export type EventPage = z.output<typeof EventPage>;

/** One type of the catalogue, for people and programs that read events. */
export const EventTypeEntry = z
  .object({
    type: z.string(),
    description: z.string(),
    version: z.number().int(),
    scope: z.string().describe("What reading it needs besides `read:events`"),
    readable: z.boolean().describe("Whether the caller holds that scope"),
    schema: z.record(z.string(), z.unknown()).describe("JSON Schema of `data`"),
  })
  .meta({ id: "EventType" });
export type EventTypeEntry = z.output<typeof EventTypeEntry>;

/** Every type of event there is, by name. */
export const EventTypeList = z.object({ items: z.array(EventTypeEntry) }).meta({ id: "EventTypeList" });
export type EventTypeList = z.output<typeof EventTypeList>;

/** One thing that changed something or failed to authenticate. */
export const AuditEntry = z
  .object({
    id: z.string(),
    seq: z.string().describe("Number of the row as it was stored, a decimal number as text"),
    position: z
      .number()
      .int()
      .nullable()
      .describe(
        "Place in the workspace's chain, counted from 1 without a gap; null before there was a chain",
      ),
    hash: z.string().nullable().describe("SHA-256 over the hash before it, its place and its digest"),
    digest: z.string().nullable().describe("SHA-256 of the entry as canonical JSON"),
    erasedAt: z.string().nullable().describe("When what it said of a person was erased"),
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

/** What the event of an audit entry holds besides its action, subject and time. */
export const AuditEventData = AuditEntry.pick({ actor: true, detail: true, address: true, count: true });
export type AuditEventData = z.output<typeof AuditEventData>;

/** What narrows a list of audit entries. */
export const AuditFilters = z.object({
  subject: z.string().min(1).max(100).optional().describe("Id of what it was done to"),
  action: z.string().min(1).max(100).optional().describe("Whole, or a room such as `keys.*`"),
  actor: z.string().min(1).max(100).optional().describe("Id of who did it"),
  address: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe("Where it came from, exactly; also where one of many merged failures did"),
  reason: z.string().min(1).max(64).optional().describe("Why an authentication failed, such as `REVOKED`"),
  prefix: z.string().min(1).max(64).optional().describe("Prefix of the key that failed, such as `lk_live`"),
  from: Moment.optional().describe("First moment, inclusive"),
  to: Moment.optional().describe("Last moment, exclusive"),
});
export type AuditFilters = z.output<typeof AuditFilters>;

/** A page of the audit trail, newest first. */
export const AuditPage = z
  .object({ items: z.array(AuditEntry), nextCursor: z.string().nullable() })
  .meta({ id: "AuditPage" });
export type AuditPage = z.output<typeof AuditPage>;
