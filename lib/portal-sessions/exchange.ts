import { z } from "zod";
import { addressGroup, countAttempt, refundAttempt } from "@/lib/accounts/sign-in/attempts";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { grantableScopes, sessionScopes } from "@/lib/portal-sessions/capability-scopes";
import { openerGrant } from "@/lib/portal-sessions/opener";
import { mayUseFrom } from "@/lib/portal-sessions/origins";
import { Capability, type ExchangeCode, type ExchangedSession } from "@/lib/portal-sessions/schema";
import { hashOf, isCode, newPortalToken } from "@/lib/portal-sessions/token";

/** From where a code is exchanged: the client's address, and a browser's origin. */
interface From {
  address: string | null;
  origin: string | null;
}

/** One answer for every code that is no good, so that nobody learns which there were. */
const unknownCode = () => new Problem("unauthorized", "This code was used, is over, or never was one.");

const Capabilities = z.array(Capability);

/**
 * Turns a code into the token of its session, once: of two at once, one is too late. A page must be of an origin that
 * the workspace lists. Throws `unauthorized`, the same for any code that is no good, and `rate-limited`.
 */
export async function exchangeCode({ code }: ExchangeCode, from: From): Promise<ExchangedSession> {
  const attempts = [{ name: `exchange:${addressGroup(from.address)}`, limit: 300, seconds: 900 }];
  await countAttempt(attempts);
  if (!isCode(code)) throw unknownCode();
  const exchanged = await db().$transaction((tx) => exchange(tx, code, from));
  await refundAttempt(attempts);
  return exchanged;
}

async function exchange(tx: Tx, code: string, from: From): Promise<ExchangedSession> {
  const found = await findUsable(tx, code);
  if (found === null || !mayUseFrom(from.origin, found.workspace.allowedOrigins)) throw unknownCode();
  const opener = await openerGrant(tx, found);
  if (opener === null) throw unknownCode();
  const { workspaceId, id, customer } = found;
  const now = new Date();
  const token = newPortalToken();
  const expiresAt = new Date(now.getTime() + found.expiresAt.getTime() - found.createdAt.getTime());
  const { count } = await tx.portalSession.updateMany({
    where: { workspaceId, id, usedAt: null, revokedAt: null },
    data: { usedAt: now, tokenHash: hashOf(token), expiresAt },
  });
  if (count === 0) throw unknownCode();
  const capabilities = Capabilities.parse(found.capabilities);
  const { scopeCeiling: ceiling } = customer;
  await audit(
    tx,
    {
      kind: "portalSession",
      workspaceId,
      sessionId: id,
      customerId: customer.id,
      subject: found.subject,
      scopes: sessionScopes(capabilities, { opener, ceiling }),
      address: from.address,
    },
    { action: "portal-sessions.exchange", subject: id },
  );
  return {
    token,
    expiresAt: expiresAt.toISOString(),
    customer: { id: customer.id, externalId: customer.externalId, name: customer.name },
    capabilities,
    scopes: grantableScopes(opener, ceiling),
  };
}

function findUsable(tx: Tx, code: string) {
  return tx.portalSession.findFirst({
    where: {
      codeHash: hashOf(code),
      usedAt: null,
      revokedAt: null,
      codeExpiresAt: { gt: new Date() },
      customer: { disabledAt: null },
    },
    include: { customer: true, workspace: { select: { allowedOrigins: true } } },
  });
}
