"use client";
import { useSearchParams } from "next/navigation";
import { listHref, type ListState, readListState } from "@/components/keys/list/list-state";

/** Makes the next state out of the one that the address says by then, which may be newer than the one drawn. */
export type ListStep = (now: ListState) => ListState;

function hrefAfter(step: ListStep): string {
  return listHref(step(readListState(new URLSearchParams(location.search))));
}

/** What the address says of the table, and how to change it. Typing replaces the address, all else can be gone back from. */
export function useListState() {
  const params = useSearchParams();
  return {
    state: readListState(new URLSearchParams(params)),
    go: (step: ListStep) => history.pushState(null, "", hrefAfter(step)),
    replace: (step: ListStep) => history.replaceState(null, "", hrefAfter(step)),
  };
}
