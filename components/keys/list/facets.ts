import type { Key } from "@/lib/keys/schema";

/** What keys are told apart by, as far as the keys that are known go. Sorted. */
export interface KeyFacets {
  customers: readonly { id: string; name: string }[];
  scopes: readonly string[];
  roles: readonly string[];
}

/** Collects what the given keys have. */
export function facetsOf(keys: readonly Key[]): KeyFacets {
  const customers = new Map<string, string>();
  for (const { customer, customerName, customerExternalId } of keys)
    if (customer !== null) customers.set(customer, customerName ?? customerExternalId ?? customer);
  return {
    customers: [...customers]
      .map(([id, name]) => ({ id, name }))
      .sort((one, other) => one.name.localeCompare(other.name)),
    scopes: [...new Set(keys.flatMap(({ scopes }) => scopes))].sort(),
    roles: [...new Set(keys.flatMap(({ roles }) => roles))].sort(),
  };
}
