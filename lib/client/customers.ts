import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request, requestNothing } from "@/lib/client/request/request";
import type {
  Customer,
  CustomerMember,
  CreateCustomer,
  CustomerRole,
  ListCustomers,
  UpdateCustomer,
} from "@/lib/customers/schema";
import type { NewPortalSession, CreatePortalSession } from "@/lib/portal-sessions/schema";

/** How a list of customers is narrowed and paged. */
export type CustomerFilters = Partial<z.output<typeof ListCustomers>>;

const schemas = () => import("@/lib/customers/schema");
const portalSchemas = () => import("@/lib/portal-sessions/schema");

export const customers = {
  all: ["customers"] as const,
  list: (filters: CustomerFilters = {}) =>
    queryOptions({
      queryKey: [...customers.all, "list", filters] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).CustomerPage, {
          path: "/customers",
          query: { ...filters },
          signal,
        }),
      placeholderData: keepPreviousData,
    }),
  /** By id or external id. */
  detail: (id: string) =>
    queryOptions({
      queryKey: [...customers.all, "detail", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Customer, { path: pathOf`/customers/${id}`, signal }),
    }),
  members: (id: string) =>
    queryOptions({
      queryKey: [...customers.all, "members", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).CustomerMemberPage, {
          path: pathOf`/customers/${id}/members`,
          query: { limit: 100 },
          signal,
        }),
    }),
  /** Newest first. */
  sessions: (id: string) =>
    queryOptions({
      queryKey: [...customers.all, "sessions", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await portalSchemas()).PortalSessionPage, {
          path: "/portal-sessions",
          query: { customer: id, limit: 10 },
          signal,
        }),
    }),
};

/** Repeating with the same `idempotencyKey` answers the same customer again. */
export function createCustomer({
  idempotencyKey,
  ...input
}: z.input<typeof CreateCustomer> & { idempotencyKey: string }): Promise<Customer> {
  return request(async () => (await schemas()).Customer, {
    method: "POST",
    path: "/customers",
    body: input,
    idempotencyKey,
  });
}

/** What is left out stays; `disabled` stops and starts all its keys, members and sessions. */
export function updateCustomer({
  id,
  ...change
}: z.input<typeof UpdateCustomer> & { id: string }): Promise<Customer> {
  return request(async () => (await schemas()).Customer, {
    method: "PATCH",
    path: pathOf`/customers/${id}`,
    body: change,
  });
}

/** Refused while it has keys that are not revoked, unless these are to be revoked first. */
export function removeCustomer({ id, revokeKeys }: { id: string; revokeKeys: boolean }): Promise<void> {
  return requestNothing({
    method: "DELETE",
    path: pathOf`/customers/${id}`,
    query: revokeKeys ? { revokeKeys: "true" } : {},
  });
}

/** Gives a member another role, at once in every session of theirs. */
export function updateCustomerMember({
  customer,
  userId,
  role,
}: {
  customer: string;
  userId: string;
  role: CustomerRole;
}): Promise<CustomerMember> {
  return request(async () => (await schemas()).CustomerMember, {
    method: "PATCH",
    path: pathOf`/customers/${customer}/members/${userId}`,
    body: { role },
  });
}

/** Takes someone off a customer's side, at once. */
export function removeCustomerMember({
  customer,
  userId,
}: {
  customer: string;
  userId: string;
}): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/customers/${customer}/members/${userId}` });
}

/** A code that is good once; repeating with the same `idempotencyKey` answers the same code again. */
export function createPortalSession({
  idempotencyKey,
  ...input
}: z.input<typeof CreatePortalSession> & { idempotencyKey: string }): Promise<NewPortalSession> {
  return request(async () => (await portalSchemas()).NewPortalSession, {
    method: "POST",
    path: "/portal-sessions",
    body: input,
    idempotencyKey,
  });
}

/** Ends a session, its code or its token, at once; twice is fine. */
export function endPortalSession(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/portal-sessions/${id}` });
}
