import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request, requestNothing } from "@/lib/client/request";
import { pageOf } from "@/lib/lists/schema";
import {
  Issuer,
  IssuerKeys,
  type CreateIssuer,
  type IssuerFilters,
  type UpdateIssuer,
} from "@/lib/issuers/schema";

const IssuerPage = pageOf(Issuer);

export const issuers = {
  all: ["issuers"] as const,
  list: (filters: Partial<z.output<typeof IssuerFilters>> = {}) =>
    queryOptions({
      queryKey: [...issuers.all, "list", filters] as const,
      queryFn: ({ signal }) => request(IssuerPage, { path: "/issuers", query: { ...filters }, signal }),
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...issuers.all, "detail", id] as const,
      queryFn: ({ signal }) => request(Issuer, { path: pathOf`/issuers/${id}`, signal }),
    }),
  /** What the answering node checks its tokens with; asking makes it read the set when it has not yet. */
  keys: (id: string) =>
    queryOptions({
      queryKey: [...issuers.all, "keys", id] as const,
      queryFn: ({ signal }) => request(IssuerKeys, { path: pathOf`/issuers/${id}/keys`, signal }),
    }),
};

/** Repeating with the same `idempotencyKey` answers the same issuer again. */
export function createIssuer({
  idempotencyKey,
  ...input
}: z.input<typeof CreateIssuer> & { idempotencyKey: string }): Promise<Issuer> {
  return request(Issuer, { method: "POST", path: "/issuers", body: input, idempotencyKey });
}

export function updateIssuer({
  id,
  ...change
}: z.input<typeof UpdateIssuer> & { id: string }): Promise<Issuer> {
  return request(Issuer, { method: "PATCH", path: pathOf`/issuers/${id}`, body: change });
}

export function removeIssuer(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/issuers/${id}` });
}
