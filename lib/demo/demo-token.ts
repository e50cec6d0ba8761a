import { importJWK, SignJWT } from "jose";
import { acmeAudience, acmeIss } from "@/prisma/acme-issuer";

/** What a program of acme's own would have got from its identity provider: may read invoices, for a day. */
export async function demoToken(signingKey: Record<string, string>): Promise<string> {
  return new SignJWT({ scope: "read:invoices" })
    .setProtectedHeader({ alg: "ES256", kid: signingKey.kid ?? "", typ: "JWT" })
    .setIssuer(acmeIss)
    .setAudience(acmeAudience)
    .setSubject("reporting-job")
    .setIssuedAt()
    .setExpirationTime("24h")
    .sign(await importJWK(signingKey, "ES256"));
}
