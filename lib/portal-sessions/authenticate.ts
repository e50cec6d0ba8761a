import { z } from "zod";
import type { PortalSessionActor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { sessionScopes } from "@/lib/portal-sessions/capability-scopes";
import { openerGrant } from "@/lib/portal-sessions/opener";
import { Capability } from "@/lib/portal-sessions/schema";
import { hashOf } from "@/lib/portal-sessions/token";

/** A portal session's token as a caller: who it is, and the origins whose pages may use it. */
export interface PortalSessionCaller {
  actor: PortalSessionActor;
  allowedOrigins: readonly string[];
}

const Capabilities = z.array(Capability);

/** The same words for a token that is over, was ended, or never was one. */
export const unknownSession = () => new Problem("unauthorized", "This portal session is over, or never was.");

/**
 * The caller behind a portal session's token, read anew each time, so that its end, its customer's and its opener's
 * count from the next request on, on every node. Throws `unauthorized`.
 */
export async function portalSessionCaller(
  token: string,
  address: string | null,
): Promise<PortalSessionCaller> {
  const row = await db().portalSession.findFirst({
    where: {
      tokenHash: hashOf(token),
      revokedAt: null,
      expiresAt: { gt: new Date() },
      customer: { disabledAt: null },
    },
    include: { customer: true, workspace: { select: { allowedOrigins: true } } },
  });
  const opener = row === null ? null : await openerGrant(db(), row);
  if (row === null || opener === null) throw unknownSession();
  const { workspaceId, id, customerId, subject, customer, workspace } = row;
  const capabilities = Capabilities.parse(row.capabilities);
  const scopes = sessionScopes(capabilities, { opener, ceiling: customer.scopeCeiling });
  return {
    actor: { kind: "portalSession", workspaceId, sessionId: id, customerId, subject, scopes, address },
    allowedOrigins: workspace.allowedOrigins,
  };
}
