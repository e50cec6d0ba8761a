import type { z } from "zod";
import type { CreateKey } from "@/lib/keys/schema";
import type { CreatePlan } from "@/lib/plans/schema";
import type { CreateService } from "@/lib/services/schema";

const perMinute = (limit: number) => ({ name: "default", limit, windowSeconds: 60 });

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

/** The cast of the seeded workspace, as plain data. */
export const acmeCustomers = [
  {
    externalId: "northwind",
    name: "Northwind",
    plan: "enterprise",
    metadata: { plan: "enterprise", region: "eu-west" },
  },
  { externalId: "halyard", name: "Halyard", plan: "pro", metadata: { plan: "pro", region: "eu-west" } },
  { externalId: "fernhill", name: "Fernhill", plan: "free", metadata: { plan: "free", region: "us-east" } },
  {
    externalId: "meridian-rail",
    name: "Meridian Rail",
    plan: "pro",
    metadata: { plan: "pro", region: "eu-north" },
  },
  { externalId: "ostler", name: "Ostler & Co", plan: "free", metadata: { plan: "free", region: "us-east" } },
  { externalId: "bluefin", name: "Bluefin", plan: "pro", metadata: { plan: "pro", region: "ap-south" } },
];

export const acmeScopes = [
  { name: "read:invoices", description: "List and download invoices" },
  { name: "write:invoices", description: "Create and change invoices" },
  { name: "write:submissions", description: "Send submissions" },
  { name: "read:submissions", description: "List submissions" },
  { name: "admin:users", description: "Manage users" },
  { name: "read:analytics", description: "Read reports" },
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

/** A key to seed: its input, its calls on a busy day, the share of them denied, and the state it is brought into. */
interface SeedKey {
  input: z.input<typeof CreateKey>;
  traffic: number;
  deniedShare: number;
  state: "active" | "rotating" | "revoked" | "disabled";
}

/** A key that was made, with its value. */
export interface IssuedSeedKey {
  id: string;
  name: string;
  prefix: string;
  secret: string;
  secretId: string;
  customer: string | null;
  environment: "live" | "test";
  scopes: readonly string[];
  traffic: number;
  deniedShare: number;
}

const day = 86_400_000;

export function acmeKeys(now: number): SeedKey[] {
  const inDays = (days: number) => new Date(now + days * day).toISOString();
  const usual = { state: "active" as const, deniedShare: 0.004 };
  return [
    {
      ...usual,
      traffic: 40,
      input: {
        name: "acme-admin",
        scopes: ["platform:*", "read:invoices", "write:submissions", "admin:users"],
        labels: ["operations"],
      },
    },
    {
      ...usual,
      traffic: 420,
      input: {
        name: "invoices-reader",
        scopes: ["read:invoices"],
        customer: "northwind",
        metadata: { plan: "enterprise" },
      },
    },
    {
      ...usual,
      traffic: 690,
      input: {
        name: "checkout-web",
        scopes: ["read:invoices", "write:invoices", "write:submissions"],
        customer: "halyard",
        metadata: { plan: "pro", costCentre: 4410 },
        rateLimits: [{ ...perMinute(600), algorithm: "token-bucket", burst: 900 }],
      },
    },
    {
      ...usual,
      traffic: 510,
      state: "rotating",
      input: {
        name: "billing-worker",
        scopes: ["read:invoices", "write:invoices", "read:submissions"],
        customer: "northwind",
      },
    },
    {
      ...usual,
      traffic: 230,
      input: { name: "submissions-bot", scopes: ["write:submissions"], customer: "meridian-rail" },
    },
    {
      ...usual,
      traffic: 160,
      deniedShare: 0.03,
      input: {
        name: "partner-feed",
        scopes: ["read:invoices"],
        customer: "fernhill",
        metadata: { plan: "free" },
        rateLimits: [{ ...perMinute(100), algorithm: "sliding-window" }],
      },
    },
    {
      ...usual,
      traffic: 90,
      input: { name: "dashboards-read-only", scopes: ["read:*"], customer: "ostler", expiresAt: inDays(120) },
    },
    {
      ...usual,
      traffic: 180,
      input: { name: "ledger-sync", scopes: ["read:invoices", "read:analytics"], expiresAt: inDays(2.2) },
    },
    {
      ...usual,
      traffic: 25,
      input: { name: "ci-smoke", environment: "test", scopes: ["read:*", "write:submissions"] },
    },
    {
      ...usual,
      traffic: 60,
      input: { name: "staging-runner", environment: "test", scopes: ["invoke:services"] },
    },
    {
      ...usual,
      traffic: 45,
      state: "disabled",
      input: { name: "invoice-mailer", scopes: ["read:invoices"], customer: "bluefin" },
    },
    {
      ...usual,
      traffic: 70,
      state: "revoked",
      input: { name: "legacy-importer", scopes: ["write:submissions"], customer: "meridian-rail" },
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
];
