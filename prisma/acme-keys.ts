import type { z } from "zod";
import type { CreateKey } from "@/lib/keys/changes/schema";
import { perMinute } from "@/prisma/acme";

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
  grant: readonly string[];
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
        scopes: ["platform:*", "*:*"],
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
        quotas: [{ limit: 5_000, per: "day" }],
        allowedOrigins: ["https://checkout.halyard.example"],
      },
    },
    {
      ...usual,
      traffic: 510,
      state: "rotating",
      input: {
        name: "billing-worker",
        roles: ["invoices-clerk"],
        scopes: ["read:submissions"],
        customer: "northwind",
        metadata: { plan: "enterprise" },
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
        rateLimits: [{ ...perMinute(60), algorithm: "sliding-window" }],
        quotas: [{ limit: 600, per: "day" }],
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
      input: { name: "ledger-sync", roles: ["analyst"], labels: ["finance"], expiresAt: inDays(2.2) },
    },
    {
      ...usual,
      traffic: 25,
      input: { name: "ci-smoke", environment: "test", scopes: ["read:*", "write:submissions"] },
    },
    {
      ...usual,
      traffic: 60,
      input: { name: "staging-runner", environment: "test", scopes: ["invoke:services"], plan: "free" },
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
