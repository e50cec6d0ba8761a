import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { request } from "@/lib/client/request";

const Named = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
const Services = z.object({ items: z.array(z.object({ id: z.string(), slug: z.string() })) });
const Described = z.object({ items: z.array(z.object({ name: z.string(), description: z.string() })) });
const Place = z.object({ service: z.string().optional(), credential: z.string().optional() });
const Rules = z.object({ items: z.array(z.object({ name: z.string(), attachments: z.array(Place) })) });

/** Names to choose from, at most 100 of a kind. They are read with no more than their own schema, so a page stays small. */
export const names = {
  credentials: () =>
    queryOptions({
      queryKey: ["keys", "names"] as const,
      queryFn: ({ signal }) =>
        request(Named, { path: "/keys", query: { limit: 100, sort: "lastUsed" }, signal }),
      staleTime: 60_000,
    }),
  services: () =>
    queryOptions({
      queryKey: ["services", "names"] as const,
      queryFn: ({ signal }) => request(Services, { path: "/services", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
  customers: () =>
    queryOptions({
      queryKey: ["customers", "names"] as const,
      queryFn: ({ signal }) => request(Named, { path: "/customers", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
  roles: () =>
    queryOptions({
      queryKey: ["roles", "names"] as const,
      queryFn: ({ signal }) => request(Described, { path: "/roles", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
  plans: () =>
    queryOptions({
      queryKey: ["plans", "names"] as const,
      queryFn: ({ signal }) => request(Described, { path: "/plans", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
  rules: () =>
    queryOptions({
      queryKey: ["rules", "names"] as const,
      queryFn: ({ signal }) => request(Rules, { path: "/rules", query: { limit: 100 }, signal }),
      staleTime: 60_000,
    }),
};
