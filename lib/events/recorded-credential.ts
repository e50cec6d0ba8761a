import type { DecisionRecord } from "@/lib/events/schema";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";

/** A key or a JWT's subject as a decision's record holds it. */
export function recordedCredential({
  keyId,
  secretId,
  name,
  prefix,
  customer,
}: VerifiedKey): NonNullable<DecisionRecord["credential"]> {
  return { id: keyId, secretId, name, prefix, customerId: customer?.id ?? null };
}
