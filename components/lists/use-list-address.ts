"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { type Change, narrowed, nextPage, previousPage, readPlace } from "@/components/lists/list-address";

/** What the address says of a list, and how to change it. Typing replaces the address; all else can be gone back from. */
export function useListAddress() {
  const search = useSearchParams();
  const path = usePathname();
  const hrefOf = (params: URLSearchParams) => {
    const text = params.toString();
    return text === "" ? path : `${path}?${text}`;
  };
  const now = () => new URLSearchParams(location.search);
  const back = previousPage(new URLSearchParams(search));
  return {
    search,
    ...readPlace(new URLSearchParams(search)),
    /** A search as it is typed. */
    seek: (q: string) => history.replaceState(null, "", hrefOf(narrowed(now(), { q }))),
    narrow: (change: Change) => history.pushState(null, "", hrefOf(narrowed(now(), change))),
    next: (page: { cursor: string; rows: number }) =>
      history.pushState(null, "", hrefOf(nextPage(now(), page))),
    /** Absent on the first page. */
    previous: back === null ? undefined : () => history.pushState(null, "", hrefOf(back)),
  };
}
