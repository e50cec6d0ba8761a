"use client";
import { useQuery } from "@tanstack/react-query";
import { usePermission } from "@/components/shell/permissions";
import { scopes } from "@/lib/client/people/scopes";

const none: ReadonlyMap<string, string> = new Map();

/** The workspace's own scopes, at most 100, and what they mean; empty until they are read, or where they may not be. */
export function useOwnScopes(): { names: readonly string[]; meanings: ReadonlyMap<string, string> } {
  const mayRead = usePermission("read:roles").allowed;
  const { data } = useQuery({ ...scopes.list({ kind: "workspace", limit: 100 }), enabled: mayRead });
  if (data === undefined) return { names: [], meanings: none };
  return {
    names: data.items.map(({ name }) => name),
    meanings: new Map(data.items.map(({ name, description }) => [name, description])),
  };
}
