import { parseValue } from "@/lib/keys/format";

/** The ways in that authenticate a caller, or a key that a caller asks about. */
export type WayIn = "api" | "gateway" | "forward-auth" | "grpc" | "verify" | "authorize" | "portal-session";

/** A credential that was refused: who, from where, which prefix, why. Never the value. */
export interface FailedAuthentication {
  /** Where it was tried, when the way in says so; null where only the value could. */
  workspaceId: string | null;
  via: WayIn;
  /** The code that the caller was told, e.g. `REVOKED`. */
  reason: string;
  address: string | null;
  /** The key, when the value was genuine. */
  key: { workspaceId: string; id: string; name: string } | null;
  /** What stood before the id, e.g. `lk_live`; null for what has not the shape of a key. */
  prefix: string | null;
  /** The public id inside the value, if it has the shape of a key. */
  secretId: string | null;
}

/** What may be kept of a presented value. */
export function partsOf(value: string): Pick<FailedAuthentication, "prefix" | "secretId"> {
  const parsed = parseValue(value);
  return parsed === null ? { prefix: null, secretId: null } : { prefix: parsed.prefix, secretId: parsed.id };
}
