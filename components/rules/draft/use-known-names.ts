"use client";
import { useQuery } from "@tanstack/react-query";
import type { KnownNames } from "@/components/rules/completion/rule-completion";
import { keys } from "@/lib/client/keys";
import { names as known } from "@/lib/client/names";
import { platformScopes } from "@/lib/scopes/catalogue";

/** Scopes, roles, keys, customers and services that the workspace has, for completion. */
export function useKnownNames(): KnownNames {
  const list = useQuery({ ...keys.list({ limit: 100, sort: "name" }), staleTime: 60_000 });
  const serviceList = useQuery(known.services());
  const items = list.data?.items ?? [];
  const granted = new Set(items.flatMap(({ grant }) => grant));
  return {
    scopes: [...granted, ...Object.keys(platformScopes).filter((scope) => !granted.has(scope))],
    roles: [...new Set(items.flatMap(({ roles }) => roles))],
    credentials: items.map(({ id, name }) => ({ id, name })),
    customers: distinct(items.map(({ customerExternalId }) => customerExternalId)),
    services: (serviceList.data?.items ?? []).map(({ slug }) => slug),
    metadata: distinct(items.flatMap(({ metadata }) => Object.keys(metadata))).filter((name) =>
      /^[A-Za-z0-9_-]+$/.test(name),
    ),
  };
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}
