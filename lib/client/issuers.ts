import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request, requestNothing } from "@/lib/client/request/request";
import type { Issuer, CreateIssuer, IssuerFilters, UpdateIssuer } from "@/lib/issuers/schema";

const schemas = () => import("@/lib/issuers/schema");

export const issuers = {
  all: ["issuers"] as const,
  list: (filters: Partial<z.output<typeof IssuerFilters>> = {}) =>
    queryOptions({
      queryKey: [...issuers.all, "list", filters] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).IssuerPage, {
          path: "/issuers",
          query: { ...filters },
          signal,
        }),
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...issuers.all, "detail", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Issuer, { path: pathOf`/issuers/${id}`, signal }),
    }),
  /** What the answering node checks its tokens with; asking makes it read the set when it has not yet. */
  keys: (id: string) =>
    queryOptions({
      queryKey: [...issuers.all, "keys", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).IssuerKeys, { path: pathOf`/issuers/${id}/keys`, signal }),
    }),
};

/** Repeating with the same `idempotencyKey` answers the same issuer again. */
export function createIssuer({
  idempotencyKey,
  ...input
}: z.input<typeof CreateIssuer> & { idempotencyKey: string }): Promise<Issuer> {
  return request(async () => (await schemas()).Issuer, {
    method: "POST",
    path: "/issuers",
    body: input,
    idempotencyKey,
  });
}

/** What is left out stays. Holds for every token from the next call on. */
export function updateIssuer({
  id,
  ...change
}: z.input<typeof UpdateIssuer> & { id: string }): Promise<Issuer> {
  return request(async () => (await schemas()).Issuer, {
    method: "PATCH",
    path: pathOf`/issuers/${id}`,
    body: change,
  });
}

/** Its tokens are nobody's from the next call on. */
export function removeIssuer(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/issuers/${id}` });
}
