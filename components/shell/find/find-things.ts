import type { QueryClient } from "@tanstack/react-query";
import { customers } from "@/lib/client/customers";
import { keys } from "@/lib/client/keys";
import { rules } from "@/lib/client/rules/rules";
import { services } from "@/lib/client/services";

/** One thing found by name: where it is, and for a key its masked value. */
export interface Found {
  id: string;
  kind: "key" | "customer" | "service" | "rule";
  name: string;
  href: string;
  masked?: string;
}

const most = 5;

/** Keys, customers, services and rules whose name or id holds `q`. A list that may not be read, or fails, finds nothing. */
export async function findThings(client: QueryClient, q: string): Promise<Found[]> {
  const [foundKeys, foundCustomers, foundServices, foundRules] = await Promise.all([
    client.fetchQuery(keys.list({ q, limit: most })).catch(() => ({ items: [] })),
    client.fetchQuery(customers.list({ q, limit: most })).catch(() => ({ items: [] })),
    client.fetchQuery(services.list({ q, limit: most })).catch(() => ({ items: [] })),
    client.fetchQuery(rules.list({ q, limit: most })).catch(() => ({ items: [] })),
  ]);
  return [
    ...foundKeys.items.map(({ id, name, masked }) => ({
      id,
      kind: "key" as const,
      name,
      href: `/keys/${id}`,
      masked,
    })),
    ...foundCustomers.items.map(({ id, name }) => ({
      id,
      kind: "customer" as const,
      name,
      href: `/customers/${id}`,
    })),
    ...foundServices.items.map(({ id, name }) => ({
      id,
      kind: "service" as const,
      name,
      href: `/services/${id}`,
    })),
    ...foundRules.items.map(({ id, name }) => ({ id, kind: "rule" as const, name, href: `/rules/${id}` })),
  ];
}
