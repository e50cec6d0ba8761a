import type { z } from "zod";
import type { CreateCustomer } from "@/lib/customers/schema";
import type { CreatePlan } from "@/lib/plans/schema";
import type { CreateRole } from "@/lib/roles/schema";
import type { CreateService } from "@/lib/services/schema";

export const perMinute = (limit: number) => ({ name: "default", limit, windowSeconds: 60 });

/** Tiers; the customers of each have its name. */
export const acmePlans: z.input<typeof CreatePlan>[] = [
  { name: "free", description: "To try it", rateLimits: [perMinute(100)] },
  {
    name: "pro",
    description: "For production",
    rateLimits: [{ ...perMinute(1_000), algorithm: "token-bucket", burst: 2_000 }],
    quotas: [{ limit: 5_000_000, per: "month" }],
  },
  { name: "enterprise", description: "Unlimited" },
];

/** Who buys acme's API: some under a ceiling, with a number of keys, limits and quotas that their keys share. */
export const acmeCustomers: z.input<typeof CreateCustomer>[] = [
  {
    externalId: "northwind",
    name: "Northwind",
    plan: "enterprise",
    metadata: { plan: "enterprise", region: "eu-west" },
    scopeCeiling: ["read:invoices", "write:invoices", "read:submissions"],
  },
  {
    externalId: "halyard",
    name: "Halyard",
    plan: "pro",
    metadata: { plan: "pro", region: "eu-west" },
    scopeCeiling: ["read:invoices", "write:invoices", "write:submissions"],
    keyCountMax: 5,
    quotas: [{ limit: 20_000, per: "month" }],
  },
  {
    externalId: "fernhill",
    name: "Fernhill",
    plan: "free",
    metadata: { plan: "free", region: "us-east" },
    scopeCeiling: ["read:invoices"],
    keyCountMax: 2,
    rateLimits: [perMinute(120)],
  },
  {
    externalId: "meridian-rail",
    name: "Meridian Rail",
    plan: "pro",
    metadata: { plan: "pro", region: "eu-north" },
  },
  {
    externalId: "ostler",
    name: "Ostler & Co",
    plan: "free",
    metadata: { plan: "free", region: "us-east" },
    scopeCeiling: ["read:*"],
  },
  { externalId: "bluefin", name: "Bluefin", plan: "pro", metadata: { plan: "pro", region: "ap-south" } },
];

export const acmeScopes = [
  { name: "read:invoices", description: "List and download invoices" },
  { name: "write:invoices", description: "Create and change invoices" },
  { name: "write:submissions", description: "Send submissions" },
  { name: "read:submissions", description: "List submissions" },
  { name: "read:orders", description: "Read orders back, for services that call each other" },
  { name: "admin:users", description: "Manage users" },
  { name: "read:analytics", description: "Read reports" },
];

/** Roles of acme's own making. */
export const acmeRoles: z.input<typeof CreateRole>[] = [
  {
    name: "invoices-clerk",
    description: "Reads, creates and changes invoices",
    scopes: ["read:invoices", "write:invoices"],
  },
  {
    name: "analyst",
    description: "Reads everything that reports need",
    scopes: ["read:invoices", "read:analytics"],
  },
];

/** `invoices` is the demo's own API; the two others stand for upstreams that answer elsewhere. */
export function acmeServices(origins: { invoices: string }): z.input<typeof CreateService>[] {
  return [
    {
      slug: "invoices",
      name: "Invoices",
      upstream: origins.invoices,
      visibility: "private",
      defaultVerdict: "deny",
    },
    {
      slug: "echo",
      name: "Echo",
      upstream: "http://echo.latchkey.internal",
      visibility: "private",
      defaultVerdict: "allow",
    },
    {
      slug: "status",
      name: "Status",
      upstream: "http://echo.latchkey.internal/status",
      visibility: "public",
      defaultVerdict: "allow",
    },
    {
      slug: "submissions",
      name: "Submissions",
      upstream: "http://echo.latchkey.internal/submissions",
      visibility: "private",
      defaultVerdict: "deny",
    },
  ];
}

/** Rules with where they are attached. */
export const acmeRules = [
  {
    name: "invoices-read",
    description: "Whoever holds read:invoices may read them",
    effect: "allow" as const,
    when: {
      method: ["GET" as const],
      route: "/v1/invoices/{id?}",
      credential: { scopes: { contains: "read:invoices" } },
    },
    tests: [
      {
        name: "a reader lists",
        request: { method: "GET" as const, path: "/v1/invoices" },
        credential: { scopes: ["read:invoices"] },
        expect: "allow" as const,
      },
      {
        name: "a reader does not write",
        request: { method: "POST" as const, path: "/v1/invoices" },
        credential: { scopes: ["read:invoices"] },
        expect: "deny" as const,
      },
    ],
    attachments: [{ service: "invoices" }],
  },
  {
    name: "invoices-write-paid-plans",
    description: "Paid plans may create invoices",
    effect: "allow" as const,
    when: {
      method: ["POST" as const],
      route: "/v1/invoices",
      credential: { scopes: { contains: "write:invoices" }, "metadata.plan": { in: ["pro", "enterprise"] } },
    },
    attachments: [{ service: "invoices" }],
  },
  {
    name: "no-test-keys",
    description: "Test keys stay out of invoices",
    effect: "deny" as const,
    when: { credential: { environment: "test" } },
    reason: { code: "TEST_KEY", public: "Test keys may not call this service." },
    attachments: [{ service: "invoices" }],
  },
  {
    name: "submissions-write",
    effect: "allow" as const,
    when: {
      method: ["POST" as const, "PUT" as const],
      route: "/**",
      credential: { scopes: { contains: "write:submissions" } },
    },
    attachments: [{ service: "submissions" }],
  },
  {
    name: "free-plan-office",
    description: "On trial: would keep the free plan off writes",
    effect: "deny" as const,
    mode: "shadow" as const,
    when: {
      method: ["POST" as const, "PUT" as const, "DELETE" as const],
      credential: { "metadata.plan": "free" },
    },
    attachments: [{}],
  },
  {
    name: "partner-feed-off-writes",
    effect: "deny" as const,
    when: { method: ["POST" as const], route: "/v1/**" },
    attachments: [{ service: "invoices", credential: "partner-feed" }],
  },
  {
    name: "submissions-desk",
    description: "Its own desk may do anything there",
    effect: "allow" as const,
    attachments: [{ service: "submissions", credential: "submissions-bot" }],
  },
  {
    name: "reports-are-read",
    description: "Dashboards read and nothing else, wherever they call",
    effect: "deny" as const,
    when: { not: { method: ["GET" as const] } },
    attachments: [{ credential: "dashboards-read-only" }],
  },
  {
    name: "status-is-read",
    description: "Nobody writes to the status page",
    effect: "deny" as const,
    when: { method: ["POST" as const, "PUT" as const, "PATCH" as const, "DELETE" as const] },
    attachments: [{ service: "status" }],
  },
];
