"use client";
import { useQuery } from "@tanstack/react-query";
import { facetsOf } from "@/components/keys/list/facets";
import { useOwnScopes } from "@/components/roles/use-own-scopes";
import { usePermission } from "@/components/shell/permissions";
import { useSide } from "@/components/shell/side";
import { customers } from "@/lib/client/customers";
import { keys } from "@/lib/client/keys";
import { names } from "@/lib/client/names";

interface Described {
  name: string;
  description: string;
}

/** What a key can be given, as far as the person may read it. */
export interface KeyChoices {
  customers: readonly { id: string; name: string }[];
  roles: readonly Described[];
  plans: readonly Described[];
  /** The workspace's own scopes, and those that keys have. */
  scopes: readonly string[];
  /** What the workspace's own scopes mean, by name. */
  meanings: ReadonlyMap<string, string>;
  /** What the chosen customer's keys may hold at most; absent without customer or until it is read. */
  ceiling: { scopes: readonly string[]; of: string } | undefined;
}

const recent = keys.list({ limit: 100, sort: "created" });

function merged(described: readonly Described[], used: readonly string[]): Described[] {
  const known = new Set(described.map(({ name }) => name));
  return [
    ...described,
    ...used.filter((name) => !known.has(name)).map((name) => ({ name, description: "" })),
  ];
}

/** A customer that is chosen stands in the list although it is not one of those listed. */
function withChosen(
  listed: KeyChoices["customers"],
  chosen: KeyChoices["customers"][number] | undefined,
): KeyChoices["customers"] {
  if (chosen === undefined || listed.some(({ id }) => id === chosen.id)) return listed;
  return [...listed, chosen];
}

/** Reads what there is to choose for a key of `customerId`; lists that may not be read come from the keys themselves. */
export function useKeyChoices(customerId: string | null): KeyChoices {
  const isProvider = useSide() === "workspace";
  const mayRoles = usePermission("read:roles").allowed;
  const mayPlans = usePermission("read:plans").allowed && isProvider;
  const mayCustomers = usePermission("read:customers").allowed && isProvider;
  const roles = useQuery({ ...names.roles(), enabled: mayRoles }).data?.items ?? [];
  const plans = useQuery({ ...names.plans(), enabled: mayPlans }).data?.items ?? [];
  const listed = useQuery({ ...names.customers(), enabled: mayCustomers }).data?.items;
  const customer = useQuery({
    ...customers.detail(customerId ?? ""),
    enabled: mayCustomers && customerId !== null,
  }).data;
  const facets = facetsOf(useQuery({ ...recent, staleTime: 60_000 }).data?.items ?? []);
  const own = useOwnScopes();
  return {
    customers: isProvider ? withChosen(listed ?? facets.customers, customer) : [],
    roles: merged(roles, facets.roles),
    plans,
    scopes: [...new Set([...own.names, ...facets.scopes])],
    meanings: own.meanings,
    ceiling:
      customer === undefined || customerId === null
        ? undefined
        : { scopes: customer.scopeCeiling, of: customer.name },
  };
}
