"use client";
import { usePathname, useSearchParams } from "next/navigation";

/** Names and values to write into the address; null takes one away. */
export type SearchChange = Readonly<Record<string, string | null>>;

/** The query part after a change; empty values are left out. */
export function changedSearch(search: URLSearchParams | string, change: SearchChange): string {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return text === "" ? "" : `?${text}`;
}

/** What the address bar says, and how to change it without asking the server for the page again. Filters, views and pages live here. */
export function useAddressBar() {
  const search = useSearchParams();
  const path = usePathname();
  return {
    search,
    /** A step that Back undoes. */
    go: (change: SearchChange) => history.pushState(null, "", path + changedSearch(location.search, change)),
    /** A step that leaves no trace, such as a letter typed or a row opened. */
    amend: (change: SearchChange) =>
      history.replaceState(null, "", path + changedSearch(location.search, change)),
  };
}
