"use client";
import { useSearchParams } from "next/navigation";
import { listHref, type ListState, readListState } from "@/components/keys/list/list-state";

/** What the address says of the table, and how to change it. Typing replaces the address, all else can be gone back from. */
export function useListState() {
  const params = useSearchParams();
  const state = readListState(new URLSearchParams(params));
  const go = (next: ListState) => history.pushState(null, "", listHref(next));
  const replace = (next: ListState) => history.replaceState(null, "", listHref(next));
  return { state, go, replace };
}
