"use client";
import { useQuery } from "@tanstack/react-query";
import { facetsOf, type KeyFacets } from "@/components/keys/list/facets";
import { keys } from "@/lib/client/keys";

const recent = keys.list({ limit: 100, sort: "created" });

/** What the newest 100 keys have; empty until they are read, which is when somebody wants them. */
export function useFacets(wanted: boolean): KeyFacets {
  const { data } = useQuery({ ...recent, enabled: wanted, staleTime: 60_000 });
  return facetsOf(data?.items ?? []);
}
