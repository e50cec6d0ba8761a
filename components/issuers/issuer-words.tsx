import { StatusWord } from "@/components/ui/words/status-word";
import type { Issuer } from "@/lib/issuers/schema";

/** `from id.acme.example`, `2 pasted`: where an issuer's keys come from. */
export function keySourceText({ jwksUrl, jwks }: Issuer): string {
  if (jwksUrl !== null) return `from ${URL.parse(jwksUrl)?.host ?? jwksUrl}`;
  return `${jwks?.keys.length ?? 0} pasted`;
}

/** Whether its tokens count. */
export function IssuerStatus({ issuer }: { issuer: Issuer }) {
  return <StatusWord status={issuer.disabled ? "disabled" : "active"} />;
}
