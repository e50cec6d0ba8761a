/** A key as verification knows it: everything a verdict, a limit or a record needs, and no secret. */
export interface VerifiedKey {
  workspaceId: string;
  keyId: string;
  /** The secret that was presented. */
  secretId: string;
  name: string;
  /** What stands before the id in the value, e.g. `lk_live`. */
  prefix: string;
  environment: "live" | "test";
  /** Null for a key of the workspace itself. */
  customer: { id: string; externalId: string; name: string; metadata: Record<string, unknown> } | null;
  /** Direct scopes and those of its roles, sorted, without doubles. */
  scopes: readonly string[];
  roles: readonly string[];
  metadata: Readonly<Record<string, unknown>>;
  labels: readonly string[];
  externalId: string | null;
  allowedIps: readonly string[];
  /** As browsers send them in Origin; empty admits any. */
  allowedOrigins: readonly string[];
  rateLimits: readonly RateLimit[];
  quota: Quota | null;
  /** RFC 3339 UTC, or null when it never expires. */
  expiresAt: string | null;
  generation: number;
}

/** One named limit. Token bucket: `limit` tokens per window refill, `burst` is the bucket's size. */
export interface RateLimit {
  name: string;
  algorithm: "token-bucket" | "sliding-window";
  limit: number;
  windowSeconds: number;
  burst?: number | undefined;
}

/** Calls per UTC day or month. */
export interface Quota {
  limit: number;
  per: "day" | "month";
}

/** What a presented value turned out to be. BUSY: too many first checks wait for bcrypt; answer 503 with Retry-After. */
export type Authentication =
  | { ok: true; key: VerifiedKey }
  | {
      ok: false;
      code: "MALFORMED" | "NOT_FOUND" | "REVOKED" | "EXPIRED" | "DISABLED" | "BUSY";
      /** Known only when the value was genuine. */
      key: VerifiedKey | null;
    };
