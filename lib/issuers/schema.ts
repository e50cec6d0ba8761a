import { z } from "zod";
import { calledAddress } from "@/lib/gateway/upstream/schema";
import { algorithmsOf, jwkRefusal, publicJwk, tokenAlgorithms } from "@/lib/issuers/format";
import { QuotaInput, Quotas, RateLimitInput, RateLimits } from "@/lib/limits/schema";
import { PageQuery, pageOf } from "@/lib/lists/schema";

/** Most issuers that a workspace may register. */
export const issuersMax = 50;

const keysMax = 50;

const printable = (text: string) => !/\p{C}/u.test(text);

const IssuerName = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(100, "must have at most 100 characters")
  .refine(printable, "must not hold control characters")
  .describe("1–100 characters, unique in the workspace; decisions show it as the credential's prefix");

const Claim = z
  .string()
  .min(1, "must not be empty")
  .max(500, "must have at most 500 characters")
  .refine(printable, "must not hold control characters");

const Iss = Claim.describe(
  "The `iss` claim, character by character: `https://id.example` is not `https://id.example/`",
);

const Audiences = z
  .array(Claim, "must be a list of texts")
  .min(1, "must name at least one audience, or a token made for another API would be good here")
  .max(20, "must name at most 20 audiences")
  .transform((audiences) => [...new Set(audiences)])
  .describe("A token's `aud` must hold one of these");

const Algorithms = z
  .array(
    z.enum(tokenAlgorithms, {
      error: `must be asymmetric: ${tokenAlgorithms.join(", ")}; none and HS* are never accepted`,
    }),
  )
  .min(1, "must name at least one algorithm")
  .transform((algorithms) => [...new Set(algorithms)]);

/** Where to read the issuer's keys; https, or http where the address is a private one that PRIVATE_ADDRESSES lists. */
const JwksUrl = calledAddress({
  such: "https://id.example/.well-known/jwks.json",
  without: "fragment",
}).describe("Address of the issuer's JWK set; redirects are not followed");

const Jwk = z
  .record(z.string(), z.unknown())
  .superRefine((jwk, context) => {
    const message = jwkRefusal(jwk);
    if (message !== null) context.addIssue({ code: "custom", message });
  })
  .transform(publicJwk)
  .meta({ type: "object", additionalProperties: true, description: "A public JWK: RSA, EC or Ed25519" });

/** Keys given by hand. What a JWK holds beyond the public key, its kid and its alg is not kept. */
const Jwks = z
  .strictObject({
    keys: z.array(Jwk).min(1, "must hold a key").max(keysMax, `must hold at most ${keysMax} keys`),
  })
  .refine(
    ({ keys }) => keys.length === 1 || keys.every(({ kid }) => kid !== undefined),
    "must give each key a kid when there are several",
  )
  .refine(
    ({ keys }) => new Set(keys.map(({ kid }) => kid)).size === keys.length,
    "must not name two keys by the same kid",
  );

const ScopesClaim = Claim.max(200).describe(
  "Claim that holds the caller's scopes, as text with spaces or as a list, such as `scope`; null grants none. Platform scopes in it count for nothing",
);

export const Issuer = z
  .object({
    id: z.string(),
    name: z.string(),
    issuer: z.string().describe("The `iss` claim, exactly"),
    audiences: z.array(z.string()),
    algorithms: z.array(z.enum(tokenAlgorithms)),
    jwksUrl: z.string().nullable(),
    jwks: z.object({ keys: z.array(z.record(z.string(), z.string())) }).nullable(),
    scopesClaim: z.string().nullable(),
    rateLimits: z.array(RateLimitInput).describe("Limits of each subject"),
    quotas: z.array(QuotaInput).describe("Quotas of each subject"),
    disabled: z.boolean().describe("Its tokens are refused, not passed to the upstream"),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: "Issuer" });
export type Issuer = z.output<typeof Issuer>;

export const IssuerPage = pageOf(Issuer);

/** What static keys and allowed algorithms have to do with each other. */
export function keysRefusal(issuer: {
  algorithms: readonly string[];
  jwks: { keys: readonly Record<string, string>[] } | null;
}): { path: string; message: string } | null {
  const at = (issuer.jwks?.keys ?? []).findIndex(
    (jwk) => !algorithmsOf(jwk).some((algorithm) => issuer.algorithms.includes(algorithm)),
  );
  return at === -1
    ? null
    : { path: `jwks.keys.${at}`, message: "goes with none of the algorithms that are allowed" };
}

export const CreateIssuer = z
  .strictObject({
    name: IssuerName,
    issuer: Iss,
    audiences: Audiences,
    algorithms: Algorithms.default(["RS256"]),
    jwksUrl: JwksUrl.nullable().default(null),
    jwks: Jwks.nullable().default(null),
    scopesClaim: ScopesClaim.nullable().default(null),
    rateLimits: RateLimits.default([]),
    quotas: Quotas.default([]),
    disabled: z.boolean().default(false),
  })
  .superRefine((issuer, context) => {
    if ((issuer.jwksUrl === null) === (issuer.jwks === null))
      context.addIssue({ code: "custom", path: ["jwksUrl"], message: "give either jwksUrl or jwks" });
    const refusal = keysRefusal(issuer);
    if (refusal !== null)
      context.addIssue({ code: "custom", path: refusal.path.split("."), message: refusal.message });
  })
  .meta({ id: "CreateIssuer" });
export type CreateIssuer = z.output<typeof CreateIssuer>;

/** Fields left out stay. `issuer` cannot change: subjects, limits and usage belong to it. `jwksUrl` and `jwks` replace each other. */
export const UpdateIssuer = z
  .strictObject({
    name: IssuerName.optional(),
    audiences: Audiences.optional(),
    algorithms: Algorithms.optional(),
    jwksUrl: JwksUrl.optional(),
    jwks: Jwks.optional(),
    scopesClaim: ScopesClaim.nullable().optional(),
    rateLimits: RateLimits.optional(),
    quotas: Quotas.optional(),
    disabled: z.boolean().optional().describe("true stops its tokens, false lets them count again"),
  })
  .refine((given) => Object.keys(given).length > 0, "must change something")
  .refine((given) => given.jwksUrl === undefined || given.jwks === undefined, {
    path: ["jwksUrl"],
    message: "give either jwksUrl or jwks",
  })
  .meta({ id: "UpdateIssuer" });
export type UpdateIssuer = z.output<typeof UpdateIssuer>;

export const IssuerFilters = PageQuery.extend({
  q: z.string().trim().min(1).max(200).optional().describe("Part of name or issuer"),
});
export type IssuerFilters = z.output<typeof IssuerFilters>;

/** The keys that the answering node checks this issuer's tokens with. */
export const IssuerKeys = z
  .object({
    keys: z.array(
      z.object({ kid: z.string().nullable(), kty: z.string(), algorithms: z.array(z.enum(tokenAlgorithms)) }),
    ),
    refused: z
      .array(z.object({ kid: z.string().nullable(), reason: z.string() }))
      .describe("Members of the set that are not used, and why"),
    readAt: z
      .string()
      .nullable()
      .describe("When the set was read, RFC 3339 UTC; null for keys given by hand"),
    lastError: z
      .string()
      .nullable()
      .describe("Why reading it failed since then; the keys then count for an hour"),
  })
  .meta({ id: "IssuerKeys" });
export type IssuerKeys = z.output<typeof IssuerKeys>;
