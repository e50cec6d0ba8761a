import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { pathOf, request, requestNothing, send } from "@/lib/client/request/request";
import type { ListValues, StoredEntry } from "@/lib/datastore/schema";

/** How often a page that is seen asks what others wrote, in milliseconds. */
const othersMs = 4_000;

/** How a list of keys is narrowed and paged. */
export type ValueFilters = Partial<ListValues>;

/** Which value: its key, and whose store where that is a customer's. */
export interface ValuePlace {
  key: string;
  customer?: string | undefined;
}

/** A value as the browser holds it. */
export interface HeldValue {
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string;
  etag: string;
  updatedAt: string;
  expiresAt: string | null;
}

const schemas = () => import("@/lib/datastore/schema");

export const datastore = {
  all: ["datastore"] as const,
  /** Asked again every few seconds, so that what others write is seen. */
  list: (filters: ValueFilters = {}) =>
    queryOptions({
      queryKey: [...datastore.all, "list", filters] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).EntryPage, {
          path: "/datastore",
          query: { ...filters },
          signal,
        }),
      placeholderData: keepPreviousData,
      refetchInterval: othersMs,
    }),
  /** Newest write first. */
  recent: (customer?: string) =>
    queryOptions({
      queryKey: [...datastore.all, "recent", customer ?? null] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).RecentEntries, {
          path: "/recent-values",
          query: { limit: 100, customer },
          signal,
        }),
      refetchInterval: othersMs,
    }),
  value: ({ key, customer }: ValuePlace) =>
    queryOptions({
      queryKey: [...datastore.all, "value", customer ?? null, key] as const,
      queryFn: ({ signal }) => readValue({ key, customer }, signal),
      refetchInterval: othersMs,
    }),
};

async function readValue({ key, customer }: ValuePlace, signal: AbortSignal): Promise<HeldValue> {
  const path = pathOf`/datastore/${key}`;
  const response = await send({ path, query: { customer }, signal }, { accept: "*/*" });
  return {
    bytes: new Uint8Array(await response.arrayBuffer()),
    contentType: response.headers.get("content-type") ?? "application/octet-stream",
    etag: response.headers.get("etag") ?? "",
    updatedAt: new Date(response.headers.get("last-modified") ?? 0).toISOString(),
    expiresAt: response.headers.get("latchkey-expires-at"),
  };
}

/** What is to be stored. */
export interface PutValue extends ValuePlace {
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string;
  /** Seconds; null for ever. */
  expiresIn: number | null;
  /** The entity tag that is replaced; null stores only where there is none. */
  replaces: string | null;
}

/** Refused with `precondition-failed` when something else is there than `replaces` says. */
export async function putValue(given: PutValue): Promise<StoredEntry> {
  const { key, customer, bytes, contentType, expiresIn, replaces } = given;
  const response = await send(
    {
      method: "PUT",
      path: pathOf`/datastore/${key}`,
      query: { customer, expiresIn },
      content: { bytes, type: contentType },
    },
    replaces === null ? { "if-none-match": "*" } : { "if-match": replaces },
  );
  return (await schemas()).StoredEntry.parse(await response.json());
}

/** Refused with `precondition-failed` when it is not the one with this entity tag any more. */
export function removeValue({ key, customer, etag }: ValuePlace & { etag: string }): Promise<void> {
  return requestNothing(
    { method: "DELETE", path: pathOf`/datastore/${key}`, query: { customer } },
    { "if-match": etag },
  );
}
