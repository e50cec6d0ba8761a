import type { Limits } from "@/lib/limits/effective";
import type { Claims } from "@/lib/rules/language/claim";

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
  /** Direct scopes and those of its roles, within its customer's ceiling; sorted, without doubles. */
  scopes: readonly string[];
  roles: readonly string[];
  metadata: Readonly<Record<string, unknown>>;
  labels: readonly string[];
  externalId: string | null;
  allowedIps: readonly string[];
  /** As browsers send them in Origin; empty admits any. */
  allowedOrigins: readonly string[];
  /** Name of its plan: its own, else its customer's. */
  plan: string | null;
  /** Own limits and quotas over those of its plan, and its customer's shared ones; null when nothing limits it. */
  limits: Limits | null;
  /** RFC 3339 UTC, or null when it never expires. */
  expiresAt: string | null;
  generation: number;
  /** Verified claims, where the credential is a JWT and no key: `keyId` is then its subject's id, `secretId` its issuer's. */
  token?: Claims;
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
