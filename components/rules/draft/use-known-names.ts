"use client";
import { useQuery } from "@tanstack/react-query";
import type { KnownNames } from "@/components/rules/json/completion";
import { keys } from "@/lib/client/keys";
import { platformScopes } from "@/lib/scopes/catalogue";

/** Scopes, roles and keys that the workspace has, for completion. */
export function useKnownNames(): KnownNames {
  const list = useQuery({ ...keys.list({ limit: 100, sort: "name" }), staleTime: 60_000 });
  const items = list.data?.items ?? [];
  const granted = new Set(items.flatMap(({ grant }) => grant));
  return {
    scopes: [...granted, ...Object.keys(platformScopes).filter((scope) => !granted.has(scope))],
    roles: [...new Set(items.flatMap(({ roles }) => roles))],
    credentials: items.map(({ id, name }) => ({ id, name })),
  };
}
