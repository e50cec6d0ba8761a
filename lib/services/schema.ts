import { z } from "zod";
import { PageQuery } from "@/lib/lists/schema";
import { methods } from "@/lib/rules/catalogue";

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

const upstreamRefusal = (text: string): string | null => {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    return "must be an http or https address such as https://api.internal.example/v1";
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password";
  if (text.includes("?") || text.includes("#")) return "must not hold a query or fragment";
  return null;
};

/** Where calls go: origin and an optional path prefix. Answered in its normal form, without a trailing slash. */
export const Upstream = z
  .string()
  .trim()
  .max(2_000)
  .superRefine((text, context) => {
    const refusal = upstreamRefusal(text);
    if (refusal !== null) context.addIssue({ code: "custom", message: refusal });
  })
  .transform((text) => (upstreamRefusal(text) === null ? new URL(text).href.replace(/\/+$/, "") : text));

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
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: "Service" });
export type Service = z.output<typeof Service>;

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
  })
  .meta({ id: "CreateService" });
export type CreateService = z.output<typeof CreateService>;

/** Fields left out stay as they are. */
export const UpdateService = z
  .strictObject({
    slug: ServiceSlug.optional(),
    name: name.optional(),
    upstream: Upstream.optional(),
    visibility: Visibility.optional(),
    defaultVerdict: DefaultVerdict.optional(),
    connectTimeoutMs: ConnectTimeoutMs.optional(),
    responseTimeoutMs: ResponseTimeoutMs.optional(),
  })
  .refine((given) => Object.keys(given).length > 0, "must change something")
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
}

/** One call to a service's upstream, as the portal's "Test" makes it. */
export const TestCall = z
  .strictObject({
    method: z.enum(methods).default("GET"),
    path: z.string().startsWith("/", "must begin with /").max(2_000).default("/"),
  })
  .meta({ id: "TestCall" });
export type TestCall = z.output<typeof TestCall>;

export const TestCallAnswer = z
  .object({
    status: z.number().int(),
    latencyMs: z.number(),
    headers: z.record(z.string(), z.string()).describe("Content type, length and location only"),
    body: z.string().describe("The first 2,048 bytes as text"),
    truncated: z.boolean(),
  })
  .meta({ id: "TestCallAnswer" });
export type TestCallAnswer = z.output<typeof TestCallAnswer>;
