import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { requireRaisable } from "@/lib/customers/stored/ceiling";
import { presentCustomer, type StoredCustomer } from "@/lib/customers/stored/present";
import type { Customer, UpdateCustomer } from "@/lib/customers/schema";
import {
  announceCustomerChange,
  findCustomer,
  lockCustomer,
  memberIdsOf,
} from "@/lib/customers/stored/stored-customer";
import { db, orConflict, type Tx } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import { audit } from "@/lib/events/trail/audit";
import { announceExternalIds } from "@/lib/keys/changes/announce";
import { requirePlan } from "@/lib/plans/require-plan";
import { requireKnownScopes } from "@/lib/scopes/known";

/**
 * Changes a customer; what is left out stays. A lower ceiling caps what its keys hold from the next call on, and
 * `disabled` refuses all of them, its members and its portal sessions, on every node. A `keyCountMax` below what it has
 * stops new keys only. Needs `update:customers`; a caller bound to a customer may not. Throws `not-found`, `conflict`
 * (the external id is taken), `invalid` (unknown plan or scope), `forbidden` (a ceiling beyond the caller's platform scopes).
 */
export async function updateCustomer(
  actor: Actor,
  { customer: named, ...input }: UpdateCustomer & { customer: string },
): Promise<Customer> {
  requireScope(actor, "update:customers");
  requireProvider(actor);
  const { before, row, memberIds } = await orConflict(
    db().$transaction(async (tx) => {
      const before = await lockCustomer(tx, actor, named);
      requireRaisable(actor, before.scopeCeiling, input.scopeCeiling ?? []);
      await requireKnownScopes(tx, {
        workspaceId: actor.workspaceId,
        scopes: (input.scopeCeiling ?? []).filter((scope) => !before.scopeCeiling.includes(scope)),
        path: "scopeCeiling",
      });
      await requirePlan(tx, actor.workspaceId, input.plan);
      await store(tx, actor, { before, input });
      const row = await findCustomer(tx, actor, before.id);
      return { before, row, memberIds: await memberIdsOf(tx, before) };
    }),
    "A customer with that external id exists.",
  );
  await announceCustomerChange(row, memberIds);
  if (row.externalId !== before.externalId)
    await announceExternalIds(row.workspaceId, [before.externalId, row.externalId]);
  return presentCustomer(row);
}

async function store(
  tx: Tx,
  actor: Actor,
  { before, input }: { before: StoredCustomer; input: UpdateCustomer },
): Promise<void> {
  const changes = changesOf(before, input);
  if (Object.keys(changes).length === 0) return;
  const { disabled, ...plain } = input;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  await tx.customer.update({
    where: { workspaceId_id: { workspaceId: before.workspaceId, id: before.id } },
    data: {
      ...given,
      ...(disabled === undefined ? {} : { disabledAt: disabled ? (before.disabledAt ?? new Date()) : null }),
    },
  });
  const { disabled: switched, ...others } = changes;
  if (Object.keys(others).length > 0)
    await audit(tx, actor, { action: "customers.update", subject: before.id, detail: { changes: others } });
  if (switched !== undefined)
    await audit(tx, actor, {
      action: switched === true ? "customers.disable" : "customers.enable",
      subject: before.id,
    });
}

/** The fields whose value differs, with their new value. Metadata is named only: it is large and not ours. */
function changesOf(before: StoredCustomer, input: UpdateCustomer): JsonObject {
  const held: Record<string, unknown> = { ...presentCustomer(before), disabled: before.disabledAt !== null };
  const changed = Object.entries(input).filter(
    ([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(held[name]),
  );
  return JsonObject.parse(
    Object.fromEntries(changed.map(([name, value]) => [name, name === "metadata" ? "changed" : value])),
  );
}
