import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { request } from "@/lib/client/request/request";
import type { Simulate, Simulated } from "@/lib/rules/ask/schema";

const schemas = () => import("@/lib/rules/ask/schema");

/** What a simulation asks. Attributes of an imagined credential are judged by the API alone. */
type Asked = Omit<z.input<typeof Simulate>, "credential"> & {
  credential?: string | null | Readonly<Record<string, unknown>>;
};

/** One candidate rule of a simulated call. */
export type Candidate = Simulated["trace"]["candidates"][number];

export const validations = {
  all: ["validations"] as const,
  /** What the API says of a rule as written. */
  of: (input: unknown) =>
    queryOptions({
      queryKey: [...validations.all, input] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Validated, {
          method: "POST",
          path: "/rules/validate",
          body: input,
          signal,
        }),
      staleTime: Infinity,
      gcTime: 60_000,
    }),
};

export const simulations = {
  all: ["simulations"] as const,
  /** What the rules of today, with `draft` among them if given, say of a request. Nothing is recorded. */
  of: (asked: Asked) =>
    queryOptions({
      queryKey: [...simulations.all, asked] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Simulated, {
          method: "POST",
          path: "/rules/simulate",
          body: asked,
          signal,
        }),
    }),
};
