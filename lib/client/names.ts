import { queryOptions } from "@tanstack/react-query";
import { pathOf, request } from "@/lib/client/request/request";
import { isSubjectId } from "@/lib/issuers/format";

const answers = () => import("@/lib/client/name-answers");

/** Names to choose from, at most 100 of a kind. They are read with no more than their own schema, so a page stays small. */
export const names = {
  credentials: () =>
    queryOptions({
      queryKey: ["keys", "names"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await answers()).Named, {
          path: "/keys",
          query: { limit: 100, sort: "lastUsed" },
          signal,
        }),
      staleTime: 60_000,
    }),
  /** Name of one key, or of a JWT's subject as the newest decision about it says; null where none is known. */
  credential: (id: string) =>
    queryOptions({
      queryKey: ["credentials", "name", id] as const,
      queryFn: async ({ signal }) => {
        if (!isSubjectId(id))
          return (await request(async () => (await answers()).One, { path: pathOf`/keys/${id}`, signal }))
            .name;
        const query = { credential: id, limit: 1 };
        const callers = await request(async () => (await answers()).Callers, {
          path: "/decisions",
          query,
          signal,
        });
        return callers.items[0]?.credential?.name ?? null;
      },
      staleTime: 60_000,
      retry: false,
    }),
  services: () =>
    queryOptions({
      queryKey: ["services", "names"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await answers()).Services, { path: "/services", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
  customers: () =>
    queryOptions({
      queryKey: ["customers", "names"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await answers()).Named, { path: "/customers", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
  roles: () =>
    queryOptions({
      queryKey: ["roles", "names"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await answers()).Described, { path: "/roles", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
  plans: () =>
    queryOptions({
      queryKey: ["plans", "names"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await answers()).Described, { path: "/plans", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
  rules: () =>
    queryOptions({
      queryKey: ["rules", "names"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await answers()).Rules, { path: "/rules", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
};
