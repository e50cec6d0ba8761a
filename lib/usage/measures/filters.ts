import type { Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { scopeOf, type Scope } from "@/lib/usage/measures/measure";
import type { UsageFilters } from "@/lib/usage/question";

/** Filters as a scope: a service's slug and a customer's external id become ids; what is gone is still counted by id. */
export async function filteredScope(actor: Actor, filters: UsageFilters): Promise<Scope> {
  const { workspaceId } = actor;
  const { key, secret, service, customer, environment } = filters;
  const [named, known] = await Promise.all([
    service === undefined
      ? null
      : db().service.findFirst({ where: { workspaceId, slug: service }, select: { id: true } }),
    customer === undefined
      ? null
      : db().customer.findFirst({ where: { workspaceId, externalId: customer }, select: { id: true } }),
  ]);
  return scopeOf(actor, {
    environment,
    keyId: key,
    secretId: secret,
    serviceId: named?.id ?? service,
    ofCustomerId: known?.id ?? customer,
  });
}
