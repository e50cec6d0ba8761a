import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request, requestNothing } from "@/lib/client/request/request";
import type { ScopeEntry, DefineScope, ListScopes, UpdateScope } from "@/lib/scopes/schema";

/** How a list of scopes is narrowed and paged. */
export type ScopeFilters = Partial<z.output<typeof ListScopes>>;

const schemas = () => import("@/lib/scopes/schema");

export const scopes = {
  all: ["scopes"] as const,
  list: (filters: ScopeFilters = {}) =>
    queryOptions({
      queryKey: [...scopes.all, "list", filters] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).ScopePage, { path: "/scopes", query: { ...filters }, signal }),
      placeholderData: keepPreviousData,
    }),
};

/** Repeating with the same `idempotencyKey` answers the same scope again. */
export function defineScope({
  idempotencyKey,
  ...input
}: z.input<typeof DefineScope> & { idempotencyKey: string }): Promise<ScopeEntry> {
  return request(async () => (await schemas()).ScopeEntry, {
    method: "POST",
    path: "/scopes",
    body: input,
    idempotencyKey,
  });
}

/** Says anew what a scope means; its name stays. */
export function updateScope({
  name,
  ...change
}: z.input<typeof UpdateScope> & { name: string }): Promise<ScopeEntry> {
  return request(async () => (await schemas()).ScopeEntry, {
    method: "PATCH",
    path: pathOf`/scopes/${name}`,
    body: change,
  });
}

/** Refused while a key, a role or a ceiling names it. */
export function removeScope(name: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/scopes/${name}` });
}
