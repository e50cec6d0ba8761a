import { importJWK } from "jose";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { upstreamHostRefusal } from "@/lib/gateway/upstream/connection/private-address";
import { algorithmsOf } from "@/lib/issuers/format";
import { plainHttpRefusal } from "@/lib/issuers/key-sets/read-key-set";
import { firstBeyond } from "@/lib/scopes/grant";

/**
 * Throws `forbidden` where tokens could hold scopes that the actor does not: whoever chooses an issuer's keys chooses
 * what its tokens say, so that needs every scope of the workspace.
 */
export function requireGrantOfTokens(actor: Actor, scopesClaim: string | null): void {
  if (scopesClaim !== null && firstBeyond(actor.scopes, ["*:*"]) !== null)
    throw new Problem(
      "forbidden",
      "Tokens of this issuer may hold any scope of the workspace, so this needs *:*.",
      {
        members: { requiredScope: "*:*" },
      },
    );
}

/** Throws `invalid` for an address that keys would not be read from. A name that does not resolve yet passes. */
export async function requireReadableKeys(jwksUrl: string): Promise<void> {
  const url = new URL(jwksUrl);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const refusal =
    (await plainHttpRefusal(url)) ?? (await upstreamHostRefusal({ hostname: url.hostname, port }));
  if (refusal !== null) throw wrongKeys("jwksUrl", refusal);
}

/** Throws `invalid` for keys given by hand that are no keys after all, such as a point that is not on its curve. */
export async function requireImportableKeys({ keys }: { keys: Record<string, string>[] }): Promise<void> {
  for (const [index, jwk] of keys.entries())
    try {
      await importJWK({ ...jwk, kty: jwk.kty ?? "" }, algorithmsOf(jwk)[0] ?? "");
    } catch {
      throw wrongKeys(`jwks.keys.${index}`, "is not a key that can be used");
    }
}

/** Keys of an issuer that cannot be, at their place. */
export function wrongKeys(path: string, message: string): Problem {
  return new Problem("invalid", "Some fields are not valid.", { errors: [{ path, message }] });
}
