import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request, requestNothing } from "@/lib/client/request/request";
import type { Role, CreateRole, ListRoles, UpdateRole } from "@/lib/roles/schema";

/** How a list of roles is narrowed and paged. */
export type RoleFilters = Partial<z.output<typeof ListRoles>>;

const schemas = () => import("@/lib/roles/schema");

export const roles = {
  all: ["roles"] as const,
  list: (filters: RoleFilters = {}) =>
    queryOptions({
      queryKey: [...roles.all, "list", filters] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).RolePage, { path: "/roles", query: { ...filters }, signal }),
      placeholderData: keepPreviousData,
    }),
  detail: (name: string) =>
    queryOptions({
      queryKey: [...roles.all, "detail", name] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Role, { path: pathOf`/roles/${name}`, signal }),
    }),
};

/** Repeating with the same `idempotencyKey` answers the same role again. */
export function createRole({
  idempotencyKey,
  ...input
}: z.input<typeof CreateRole> & { idempotencyKey: string }): Promise<Role> {
  return request(async () => (await schemas()).Role, {
    method: "POST",
    path: "/roles",
    body: input,
    idempotencyKey,
  });
}

/** What is left out stays. Every key that has the role changes with it, at once. */
export function updateRole({
  name,
  ...change
}: z.input<typeof UpdateRole> & { name: string }): Promise<Role> {
  return request(async () => (await schemas()).Role, {
    method: "PATCH",
    path: pathOf`/roles/${name}`,
    body: change,
  });
}

/** Refused while a key that is not revoked has it. */
export function removeRole(name: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/roles/${name}` });
}
