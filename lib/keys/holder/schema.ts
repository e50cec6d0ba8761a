import { z } from "zod";
import { KeyEnvironment } from "@/lib/keys/schema";
import { EffectiveLimits } from "@/lib/limits/schema";

/** What only a key has to tell of itself. */
const OwnKey = z
  .object({
    prefix: z.string().describe("What stands before the id in the value, e.g. `lk_live`"),
    environment: KeyEnvironment,
    metadata: z.record(z.string(), z.json()).meta({ type: "object", additionalProperties: true }),
    labels: z.array(z.string()),
    allowedIps: z.array(z.string()),
    allowedOrigins: z.array(z.string()),
    limits: EffectiveLimits,
    expiresAt: z.string().nullable().describe("When the key stops"),
    secret: z
      .object({ id: z.string(), expiresAt: z.string().nullable() })
      .describe("The secret that was presented, and when its overlap ends; null for the newest"),
  })
  .meta({ id: "OwnKey" });

/** `GET /whoami`: who the presented credential is. */
export const Whoami = z
  .object({
    kind: z.enum(["session", "key", "portalSession", "jwt", "system"]),
    id: z.string(),
    name: z.string().describe("A key's name, a person's email"),
    workspace: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
    customer: z
      .object({ id: z.string(), externalId: z.string(), name: z.string() })
      .nullable()
      .describe("The customer whose rows are all it may see, or null"),
    grant: z.array(z.string()).describe("Every scope it holds, those of its roles included"),
    roles: z.array(z.string()),
    key: OwnKey.nullable().describe("Null unless it is a key"),
  })
  .meta({ id: "Whoami" });
export type Whoami = z.output<typeof Whoami>;

/** `POST /whoami/revoke`: a key revoked itself. */
export const RevokedSelf = z.object({ id: z.string(), revokedAt: z.string() }).meta({ id: "RevokedSelf" });
export type RevokedSelf = z.output<typeof RevokedSelf>;
