import { exportJWK, generateKeyPair } from "jose";
import type { SystemActor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { createIssuer } from "@/lib/issuers/create";
import { CreateIssuer, UpdateIssuer } from "@/lib/issuers/schema";
import { updateIssuer } from "@/lib/issuers/update";

/** The `iss` of acme's own tokens; its keys are registered by hand, so nothing is read from there. */
export const acmeIss = "https://id.acme.example";
export const acmeAudience = "https://api.acme.example";
const kid = "demo";

/** Registers acme's issuer with a new key pair, or gives the one there a new one. Answers the private JWK. */
export async function seedIssuer(system: SystemActor): Promise<Record<string, string>> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: "ES256" }] };
  const { workspaceId } = system;
  const found = await db().issuer.findFirst({ where: { workspaceId, issuer: acmeIss } });
  if (found === null) {
    const issuer = {
      name: "acme-id",
      issuer: acmeIss,
      audiences: [acmeAudience],
      algorithms: ["ES256" as const],
      jwks,
      scopesClaim: "scope",
      rateLimits: [{ limit: 300, windowSeconds: 60 }],
    };
    await createIssuer(system, CreateIssuer.parse(issuer));
  } else await updateIssuer(system, found.id, UpdateIssuer.parse({ algorithms: ["ES256"], jwks }));
  const members = Object.entries({ ...(await exportJWK(privateKey)), kid });
  return Object.fromEntries(
    members.filter((member): member is [string, string] => typeof member[1] === "string"),
  );
}
