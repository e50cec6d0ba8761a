import { z } from "zod";
import { PageQuery } from "@/lib/lists/schema";
import { methods } from "@/lib/rules/catalogue";
import { GrantedScope } from "@/lib/scopes/schema";
import { Injection, InjectionSecret } from "@/lib/services/injection/schema";
import { Upstream } from "@/lib/services/upstream/schema";

/** Names that the gateway and the portal use themselves. */
export const reservedSlugs: ReadonlySet<string> = new Set([
  "access",
  "admin",
  "api",
  "assets",
  "datastore",
  "docs",
  "events",
  "forward-auth",
  "healthz",
  "keys",
  "logs",
  "metrics",
  "new",
  "readyz",
  "static",
  "well-known",
]);

/** Part of the gateway's address: lower-case letters, digits and inner dashes. */
export const ServiceSlug = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    "must be lower-case letters, digits and inner dashes, such as invoices",
  )
  .refine((slug) => !reservedSlugs.has(slug), "is a name that Latchkey uses itself");

const name = z.string().trim().min(1).max(100);
const Visibility = z
  .enum(["public", "private"])
  .describe("A private service answers 401 without a credential");
const DefaultVerdict = z.enum(["allow", "deny"]).describe("What holds when no rule matches");
const ConnectTimeoutMs = z.number().int().min(100).max(60_000).describe("Milliseconds");
const ResponseTimeoutMs = z
  .number()
  .int()
  .min(100)
  .max(600_000)
  .describe("Milliseconds until the upstream's answer begins, and between two chunks of its body");

const prefix = z
  .string()
  .max(500)
  .regex(
    /^(?:(?:\/[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9_~!$&'()*+,=:@.-]*)+)?$/,
    "must be empty or a path such as /v1, without a slash at its end",
  );

/** Most entries of a service's required scopes. */
export const requiredScopesMax = 1_000;

/** Scopes that calls of a route need, whatever the rules say: judged before them, on every way that a request can take. */
export const RequiredScopes = z
  .strictObject({
    methods: z.array(z.enum(methods)).min(1).optional().describe("Left out, every method; GET covers HEAD"),
    route: z.string().startsWith("/", "must begin with /").max(500).describe("A template as in rules"),
    scopes: z.array(z.string().min(1).max(200)).min(1).max(50).describe("All are needed"),
  })
  .meta({ id: "RequiredScopes" });
export type RequiredScopes = z.output<typeof RequiredScopes>;

/** How a service's paths are read and what its upstream gets of them. */
export const ServicePaths = z
  .strictObject({
    caseSensitive: z
      .boolean()
      .default(true)
      .describe("False where the upstream takes /Admin for /admin; rules then compare so too"),
    trailingSlash: z
      .enum(["ignore", "strict"])
      .default("ignore")
      .describe("ignore: /a/ is judged as /a. strict: a path with a slash at its end is refused"),
    stripPrefix: prefix
      .default("")
      .describe("Taken off before forwarding; a path without it is not found. Deny rules judge both forms"),
    addPrefix: prefix.default("").describe("Put in front before forwarding"),
  })
  .meta({ id: "ServicePaths" });
export type ServicePaths = z.output<typeof ServicePaths>;
export const defaultPaths: ServicePaths = {
  caseSensitive: true,
  trailingSlash: "ignore",
  stripPrefix: "",
  addPrefix: "",
};

/** Who may ask forward-auth about a service, and in whose words. */
export const ForwardAuth = z
  .strictObject({
    enabled: z.boolean().default(false),
    dialect: z
      .enum(["nginx", "caddy", "traefik"])
      .default("nginx")
      .describe("Whose headers tell method, address and path of the original request"),
    callers: z
      .array(z.union([z.cidrv4(), z.cidrv6()]))
      .max(100)
      .default([])
      .describe(
        "Networks of the proxies whose headers are believed; a key with verify:keys is the other way",
      ),
  })
  .meta({ id: "ForwardAuth" });
export type ForwardAuth = z.output<typeof ForwardAuth>;
export const defaultForwardAuth: ForwardAuth = { enabled: false, dialect: "nginx", callers: [] };

export const Service = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    kind: z.literal("proxy"),
    upstream: z.string(),
    visibility: Visibility,
    defaultVerdict: DefaultVerdict,
    connectTimeoutMs: z.number().int(),
    responseTimeoutMs: z.number().int(),
    methods: z.array(z.enum(methods)).describe("Methods it takes; empty is all"),
    requiredScopes: z.array(RequiredScopes),
    paths: ServicePaths,
    forwardAuth: ForwardAuth,
    injection: Injection.nullable().describe("How the upstream's own secret is put in; null for none"),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: "Service" });
export type Service = z.output<typeof Service>;

const Methods = z
  .array(z.enum(methods))
  .max(methods.length)
  .transform((listed) => [...new Set(listed)]);
const RequiredScopesList = z
  .array(
    RequiredScopes.extend({
      scopes: z.array(GrantedScope).min(1).max(50).describe("All are needed"),
    }),
  )
  .max(requiredScopesMax, `must hold at most ${requiredScopesMax} entries`);

export const CreateService = z
  .strictObject({
    slug: ServiceSlug,
    name: name.optional().describe("Left out, the slug"),
    kind: z.literal("proxy").default("proxy"),
    upstream: Upstream,
    visibility: Visibility.default("private"),
    defaultVerdict: DefaultVerdict.default("deny"),
    connectTimeoutMs: ConnectTimeoutMs.default(5_000),
    responseTimeoutMs: ResponseTimeoutMs.default(30_000),
    methods: Methods.default([]),
    requiredScopes: RequiredScopesList.default([]),
    paths: ServicePaths.default(defaultPaths),
    forwardAuth: ForwardAuth.default(defaultForwardAuth),
    injection: Injection.nullable().default(null),
    injectionSecret: InjectionSecret.optional(),
  })
  .meta({ id: "CreateService" });
export type CreateService = z.output<typeof CreateService>;

/** When a service was last changed, as its reader saw it. */
export const ServiceAsRead = z.iso
  .datetime()
  .optional()
  .describe("`updatedAt` as it was read; a change since then is refused as stale");

/** Fields left out stay as they are. */
export const UpdateService = z
  .strictObject({
    updatedAt: ServiceAsRead,
    slug: ServiceSlug.optional(),
    name: name.optional(),
    upstream: Upstream.optional(),
    visibility: Visibility.optional(),
    defaultVerdict: DefaultVerdict.optional(),
    connectTimeoutMs: ConnectTimeoutMs.optional(),
    responseTimeoutMs: ResponseTimeoutMs.optional(),
    methods: Methods.optional(),
    requiredScopes: RequiredScopesList.optional(),
    paths: ServicePaths.optional().describe("Replaced whole"),
    forwardAuth: ForwardAuth.optional().describe("Replaced whole"),
    injection: Injection.nullable().optional().describe("null removes it, and its secret"),
    injectionSecret: InjectionSecret.optional(),
  })
  .refine((given) => Object.keys(given).some((name) => name !== "updatedAt"), "must change something")
  .meta({ id: "UpdateService" });
export type UpdateService = z.output<typeof UpdateService>;

/** What a write of a service makes: the service and the ruleset version that holds it. */
export const WrittenService = z.object({ service: Service, rulesetVersion: z.number().int() });
export type WrittenService = z.output<typeof WrittenService>;

/** How a list of services is narrowed. */
export const ServiceFilters = PageQuery.extend({
  q: z.string().trim().min(1).max(200).optional().describe("Part of slug, name or upstream"),
});
export type ServiceFilters = z.output<typeof ServiceFilters>;

/** A service in a ruleset's snapshot: all that the gateway needs to answer for it. Timeouts in milliseconds. */
export interface CompiledService {
  id: string;
  slug: string;
  name: string;
  /** `origin` has no trailing slash; `path` is empty or begins with a slash and does not end in one. */
  upstream: { origin: string; path: string };
  visibility: "public" | "private";
  defaultVerdict: "allow" | "deny";
  connectTimeoutMs: number;
  responseTimeoutMs: number;
  /** Empty is all. */
  methods: readonly string[];
  requiredScopes: readonly RequiredScopes[];
  paths: ServicePaths;
  forwardAuth: ForwardAuth;
  /** `sealed` is the secret as stored, opened where it is used. */
  injection: { how: Injection; sealed: Uint8Array } | null;
}
