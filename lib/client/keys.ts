import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request } from "@/lib/client/request/request";
import type {
  CreateKey,
  ExtendRotation,
  RevokedKeys,
  RevokeKey,
  RevokeKeys,
  RotateKey,
  UpdateKey,
} from "@/lib/keys/changes/schema";
import type { ListKeys } from "@/lib/keys/reading/schema";
import type { IssuedKey, Key } from "@/lib/keys/schema";
import type { VerifyAnswer, VerifyRequest } from "@/lib/keys/verification/schema";

/** How the table of keys is narrowed, sorted and paged. */
export type KeyFilters = Partial<z.input<typeof ListKeys>>;

const schemas = () => import("@/lib/keys/schema");

export const keys = {
  all: ["keys"] as const,
  /** One page; `cursor` and the rest stand in the address bar. */
  list: (filters: KeyFilters = {}) =>
    queryOptions({
      queryKey: [...keys.all, "list", filters] as const,
      queryFn: ({ signal }) =>
        request(async () => (await import("@/lib/keys/reading/schema")).KeyPage, {
          path: "/keys",
          query: listQuery(filters),
          signal,
        }),
      placeholderData: keepPreviousData,
    }),
  /** One key with all its secrets. */
  detail: (id: string) =>
    queryOptions({
      queryKey: [...keys.all, "detail", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).KeyDetail, { path: pathOf`/keys/${id}`, signal }),
    }),
  /** What a key may do, and where it has that from. */
  grant: (id: string) =>
    queryOptions({
      queryKey: [...keys.all, "grant", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await import("@/lib/keys/reading/schema")).KeyGrant, {
          path: pathOf`/keys/${id}/grant`,
          signal,
        }),
    }),
  /** Thirty days of calls for the rows of one page, at most 100 keys. */
  sparklines: (ids: readonly string[]) =>
    queryOptions({
      queryKey: [...keys.all, "sparklines", ids] as const,
      queryFn: ({ signal }) =>
        request(async () => (await import("@/lib/usage/schema")).Sparklines, {
          path: "/usage/sparklines",
          query: { keys: ids.join(",") },
          signal,
        }),
      select: ({ items }) => new Map(items.map((item) => [item.keyId, item.days])),
      enabled: ids.length > 0,
      placeholderData: keepPreviousData,
      staleTime: 60_000,
    }),
};

function listQuery({ limit, ...filters }: KeyFilters) {
  return { ...filters, limit: limit === undefined ? undefined : String(limit) };
}

/** Repeating with the same `idempotencyKey` answers the same secret again instead of making a second key. */
export function createKey({
  idempotencyKey,
  ...input
}: z.input<typeof CreateKey> & { idempotencyKey: string }): Promise<IssuedKey> {
  return request(async () => (await schemas()).IssuedKey, {
    method: "POST",
    path: "/keys",
    body: input,
    idempotencyKey,
  });
}

/** What is left out stays. Refused as a conflict where the key was revoked or its holder has another key of that name. */
export function updateKey({ id, ...change }: z.input<typeof UpdateKey> & { id: string }): Promise<Key> {
  return request(async () => (await schemas()).Key, {
    method: "PATCH",
    path: pathOf`/keys/${id}`,
    body: change,
  });
}

/** Repeating with the same `idempotencyKey` answers the same secret again. */
export function rotateKey({
  id,
  idempotencyKey,
  ...input
}: z.input<typeof RotateKey> & { id: string; idempotencyKey: string }): Promise<IssuedKey> {
  return request(async () => (await schemas()).IssuedKey, {
    method: "POST",
    path: pathOf`/keys/${id}/rotate`,
    body: input,
    idempotencyKey,
  });
}

/** Moves the end of the running overlap. */
export function extendRotation({
  id,
  ...input
}: z.input<typeof ExtendRotation> & { id: string }): Promise<Key> {
  return request(async () => (await schemas()).Key, {
    method: "PATCH",
    path: pathOf`/keys/${id}/rotation`,
    body: input,
  });
}

/** Ends the running overlap now. */
export function endRotation(id: string): Promise<Key> {
  return request(async () => (await schemas()).Key, { method: "DELETE", path: pathOf`/keys/${id}/rotation` });
}

/** Ends a key for good; twice is fine, and the first reason stays. */
export function revokeKey({ id, ...input }: z.input<typeof RevokeKey> & { id: string }): Promise<Key> {
  return request(async () => (await schemas()).Key, {
    method: "POST",
    path: pathOf`/keys/${id}/revoke`,
    body: input,
  });
}

/** Revokes by ids or by filter, at most 500 keys at once: all of them or none. */
export function revokeKeys(input: z.input<typeof RevokeKeys>): Promise<RevokedKeys> {
  return request(async () => (await import("@/lib/keys/changes/schema")).RevokedKeys, {
    method: "POST",
    path: "/keys/revoke",
    body: input,
  });
}

/** Whether a value is good, judged and recorded as any other call. */
export function verifyKey(input: z.input<typeof VerifyRequest>): Promise<VerifyAnswer> {
  return request(async () => (await import("@/lib/keys/verification/schema")).VerifyAnswer, {
    method: "POST",
    path: "/keys/verify",
    body: input,
  });
}
