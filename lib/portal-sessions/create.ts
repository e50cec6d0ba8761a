import { actorId, requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { findCustomer } from "@/lib/customers/stored/stored-customer";
import { sql, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { audit } from "@/lib/events/trail/audit";
import { log } from "@/lib/log";
import { capabilityScopes } from "@/lib/portal-sessions/capability-scopes";
import { codeSeconds, NewPortalSession, type CreatePortalSession } from "@/lib/portal-sessions/schema";
import { hashOf, newCode } from "@/lib/portal-sessions/token";
import { firstBeyond } from "@/lib/scopes/grant";

/** Days that a session is listed after its end. */
const keptDays = 7;

/**
 * Opens a portal session: a code that is good once. Needs `create:portal-sessions` and what the capabilities stand for;
 * a caller bound to a customer may not. Throws `invalid` (unknown customer), `conflict` (a disabled one), `forbidden`.
 */
export async function createPortalSession(
  actor: Actor,
  { once = null, ...input }: CreatePortalSession & { once?: Once | null },
): Promise<NewPortalSession> {
  requireScope(actor, "create:portal-sessions");
  requireProvider(actor);
  const beyond = firstBeyond(actor.scopes, capabilityScopes(input.capabilities));
  if (beyond !== null)
    throw new Problem("forbidden", `These capabilities reach ${beyond}, which you do not hold yourself.`, {
      members: { beyond },
    });
  const made = await transactOnce({ actor, once, answer: NewPortalSession }, (tx) =>
    insert(tx, actor, input),
  );
  removeOld();
  return made;
}

async function insert(tx: Tx, actor: Actor, input: CreatePortalSession): Promise<NewPortalSession> {
  const { workspaceId } = actor;
  const customer = await findCustomer(tx, actor, input.customer).catch(asField);
  if (customer.disabledAt !== null)
    throw new Problem("conflict", `${customer.name} is disabled; enable it first.`);
  const { capabilities, subject, expiresInSeconds } = input;
  const [id, code, now] = [newId("pse"), newCode(), Date.now()];
  const codeExpiresAt = new Date(now + codeSeconds * 1_000);
  await tx.portalSession.create({
    data: {
      workspaceId,
      id,
      customerId: customer.id,
      capabilities,
      subject,
      codeHash: hashOf(code),
      codeExpiresAt,
      createdAt: new Date(now),
      // Counted from the exchange in the end; until then it says how long the token will live.
      expiresAt: new Date(now + expiresInSeconds * 1_000),
      createdBy: actorId(actor),
    },
  });
  await audit(tx, actor, {
    action: "portal-sessions.create",
    subject: id,
    detail: { customer: customer.id, capabilities, subject, expiresInSeconds },
  });
  return { id, code, expiresAt: codeExpiresAt.toISOString(), customer: customer.id, capabilities };
}

function asField(error: unknown): never {
  if (!(error instanceof Problem) || error.kind !== "not-found") throw error;
  throw new Problem("invalid", "Some fields are not valid.", {
    errors: [{ path: "customer", message: "there is no such customer" }],
  });
}

function removeOld(): void {
  sql()
    .query(
      "delete from portal_session where expires_at < now() - make_interval(days => $1) and code_expires_at < now() - make_interval(days => $1)",
      [keptDays],
    )
    .catch((error: unknown) => log.warn({ err: error }, "old portal sessions were not removed"));
}
