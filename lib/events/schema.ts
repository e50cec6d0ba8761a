import { z } from "zod";

/** Outcome of one call. `limited` is a refusal by rate limit or quota. */
export const Verdict = z.enum(["allow", "deny", "limited"]);
export type Verdict = z.output<typeof Verdict>;

/** What is handed to the recorder for every call, before it has a sequence number. Latencies in microseconds. */
export interface DecisionRecord {
  id: string;
  /** Milliseconds since 1970, with fractions. */
  atMs: number;
  workspaceId: string;
  source: "gateway" | "verify" | "authorize";
  rulesetVersion: number;
  credential: { id: string; secretId: string; name: string; prefix: string; customerId: string | null } | null;
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
}

/** A decision as the API shows it. */
export const Decision = z
  .object({
    id: z.string(),
    seq: z.string().describe("Position in the workspace's stream, a decimal number as text"),
    at: z.string().describe("RFC 3339 UTC"),
    node: z.string(),
    source: z.enum(["gateway", "verify", "authorize"]),
    rulesetVersion: z.number().int(),
    credential: z
      .object({ id: z.string(), secretId: z.string(), name: z.string(), prefix: z.string(), customer: z.string().nullable() })
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
