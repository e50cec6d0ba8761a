import { customerOf, type Actor } from "@/lib/api/actor";
import { inputProblem } from "@/lib/api/router";
import { findCustomer } from "@/lib/customers/stored/stored-customer";
import { StoreKey } from "@/lib/datastore/schema";
import { db } from "@/lib/db/client";

/** One store: the workspace's own, or one of its customers'. */
export interface Store {
  workspaceId: string;
  customerId: string | null;
}

/** The column's word for "of no customer", which a primary key needs. */
export function ownerColumn({ customerId }: Store): string {
  return customerId ?? "";
}

/**
 * The store that a caller means: its customer's where it is bound to one, else the workspace's or that of the customer
 * it names. Throws `not-found` for a customer that is not there, or not the caller's.
 */
export async function storeOf(actor: Actor, customer: string | undefined): Promise<Store> {
  const { workspaceId } = actor;
  if (customer === undefined) return { workspaceId, customerId: customerOf(actor) };
  return { workspaceId, customerId: (await findCustomer(db(), actor, customer)).id };
}

/** A key as it may be stored. Throws `invalid` with what is wrong with it. */
export function requireKey(key: string): string {
  const parsed = StoreKey.safeParse(key);
  if (parsed.success) return parsed.data;
  throw inputProblem(parsed.error.issues.map(({ message }) => ({ path: ["key"], message })));
}
