import { Problem } from "@/lib/api/problem";
import type { Tx } from "@/lib/db/client";

/** Whose endpoints and messages: a customer's, or the workspace's own. */
export interface Holder {
  workspaceId: string;
  customerId: string | null;
}

/**
 * Locks a holder's row until the transaction ends, so that what is counted of it stays so. Throws `not-found` for a
 * customer that was removed meanwhile.
 */
export async function lockHolder(tx: Tx, { workspaceId, customerId }: Holder): Promise<void> {
  if (customerId === null) {
    await tx.$queryRaw`select id from workspace where id = ${workspaceId} for no key update`;
    return;
  }
  const found = await tx.$queryRaw<unknown[]>`
    select id from customer where workspace_id = ${workspaceId} and id = ${customerId} for no key update`;
  requireFound(found);
}

/** Keeps a message's customer from being removed before the message is stored. Throws `not-found` when it is gone. */
export async function keepCustomer(tx: Tx, { workspaceId, customerId }: Holder): Promise<void> {
  if (customerId === null) return;
  const found = await tx.$queryRaw<unknown[]>`
    select id from customer where workspace_id = ${workspaceId} and id = ${customerId} for key share`;
  requireFound(found);
}

function requireFound(rows: readonly unknown[]): void {
  if (rows.length === 0) throw new Problem("not-found", "There is no such customer.");
}
