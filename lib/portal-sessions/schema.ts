import { z } from "zod";
import { PageQuery, pageOf } from "@/lib/lists/schema";

/** How long a code can be exchanged: 15 minutes. */
export const codeSeconds = 900;

/** Longest life of a token: a day. */
const sessionSecondsMax = 86_400;

/** What somebody may do in a portal session. One that is missing hides the action and is refused here. */
export const Capability = z
  .enum([
    "keys:read",
    "keys:create",
    "keys:update",
    "keys:rotate",
    "keys:revoke",
    "usage:read",
    "decisions:read",
    "audit:read",
    "webhooks:read",
    "webhooks:manage",
  ])
  .meta({ id: "Capability" });
export type Capability = z.output<typeof Capability>;

const Capabilities = z
  .array(Capability)
  .min(1, "must name at least one capability")
  .max(50)
  .transform((capabilities) => [...new Set(capabilities)].sort());

/** `POST /portal-sessions`, by the provider's backend. */
export const CreatePortalSession = z
  .strictObject({
    customer: z.string().trim().min(1).max(200).describe("Id or external id"),
    capabilities: Capabilities,
    subject: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .refine((text) => !/\p{C}/u.test(text), "must not hold control characters")
      .nullable()
      .default(null)
      .describe("Who is sitting there, for the audit trail"),
    expiresInSeconds: z
      .number()
      .int()
      .min(60)
      .max(sessionSecondsMax)
      .default(3_600)
      .describe("Life of the token, from the exchange on"),
  })
  .meta({ id: "CreatePortalSession" });
export type CreatePortalSession = z.output<typeof CreatePortalSession>;

/** A code that is good once, for {@link codeSeconds}. */
export const NewPortalSession = z
  .object({
    id: z.string(),
    code: z.string(),
    expiresAt: z.string().describe("When the code can no longer be exchanged"),
    customer: z.string(),
    capabilities: z.array(Capability),
  })
  .meta({ id: "NewPortalSession" });
export type NewPortalSession = z.output<typeof NewPortalSession>;

/** `POST /portal-sessions/exchange`. */
export const ExchangeCode = z.strictObject({ code: z.string().min(1).max(200) }).meta({ id: "ExchangeCode" });
export type ExchangeCode = z.output<typeof ExchangeCode>;

/** The token of a portal session, sent as `Authorization: Bearer`. */
export const ExchangedSession = z
  .object({
    token: z.string(),
    expiresAt: z.string(),
    customer: z.object({ id: z.string(), externalId: z.string(), name: z.string() }),
    capabilities: z.array(Capability),
    scopes: z.array(z.string()).describe("What keys made here may hold at most"),
  })
  .meta({ id: "ExchangedSession" });
export type ExchangedSession = z.output<typeof ExchangedSession>;

export const PortalSessionStatus = z.enum(["waiting", "active", "ended", "expired"]);
export type PortalSessionStatus = z.output<typeof PortalSessionStatus>;

/** A portal session, without code or token. Times are RFC 3339 UTC. */
export const PortalSession = z
  .object({
    id: z.string(),
    status: PortalSessionStatus.describe("`waiting`: its code was not exchanged yet"),
    customer: z.string(),
    capabilities: z.array(Capability),
    subject: z.string().nullable(),
    createdBy: z.string(),
    createdAt: z.string(),
    exchangedAt: z.string().nullable(),
    expiresAt: z.string().describe("When the token stops, or while it waits the code"),
  })
  .meta({ id: "PortalSession" });
export type PortalSession = z.output<typeof PortalSession>;

/** `GET /portal-sessions`, newest first. */
export const ListPortalSessions = PageQuery.extend({
  customer: z.string().max(200).optional().describe("Id or external id"),
}).strict();
export type ListPortalSessions = z.output<typeof ListPortalSessions>;

export const PortalSessionPage = pageOf(PortalSession).meta({ id: "PortalSessionPage" });
export type PortalSessionPage = z.output<typeof PortalSessionPage>;
