import { customerOf, type Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import type { AuditEntry } from "@/lib/events/schema";

/** What of the trail a caller may see: all, or for one bound to a customer what was done to or by that customer's keys. */
export async function trailCondition(actor: Actor) {
  const customerId = customerOf(actor);
  if (customerId === null) return {};
  const keys = await db().key.findMany({
    where: { workspaceId: actor.workspaceId, customerId },
    select: { id: true },
  });
  return { subject: { in: keys.map((key) => key.id) } };
}

/** Actors that are none of the provider's people or keys. */
const nobodyOfTheirs: ReadonlySet<string> = new Set(["system", "unknown"]);

/**
 * Entries as a caller may read them. A customer is told that the provider did something, not which of its people or
 * keys did, nor from where.
 */
export async function readableBy(actor: Actor, entries: AuditEntry[]): Promise<AuditEntry[]> {
  const customerId = customerOf(actor);
  return customerId === null ? entries : asCustomer({ workspaceId: actor.workspaceId, customerId }, entries);
}

/** The same, as anyone bound to the customer reads them. */
export async function asCustomer<Entry extends Pick<AuditEntry, "actor" | "address">>(
  customer: { workspaceId: string; customerId: string },
  entries: Entry[],
): Promise<Entry[]> {
  const own = await ownActors(
    customer,
    entries.map((entry) => entry.actor.id),
  );
  return entries.map((entry) =>
    nobodyOfTheirs.has(entry.actor.kind) || own.has(entry.actor.id)
      ? entry
      : { ...entry, actor: { kind: "provider", id: "provider", label: "Provider" }, address: null },
  );
}

/** Which of these ids are keys, members or portal sessions of the customer. */
async function ownActors(
  customer: { workspaceId: string; customerId: string },
  ids: string[],
): Promise<ReadonlySet<string>> {
  const [keys, members, sessions] = await Promise.all([
    db().key.findMany({ where: { ...customer, id: { in: ids } }, select: { id: true } }),
    db().customerMember.findMany({ where: { ...customer, userId: { in: ids } }, select: { userId: true } }),
    db().portalSession.findMany({ where: { ...customer, id: { in: ids } }, select: { id: true } }),
  ]);
  return new Set([...keys, ...sessions].map(({ id }) => id).concat(members.map(({ userId }) => userId)));
}
