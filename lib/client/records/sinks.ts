import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request, requestNothing } from "@/lib/client/request/request";
import type { CreateSink, Sink, UpdateSink } from "@/lib/sinks/schema";

const schemas = () => import("@/lib/sinks/schema");

export const sinks = {
  all: ["sinks"] as const,
  /** At most 100; how they stand is asked again every ten seconds. */
  list: () =>
    queryOptions({
      queryKey: [...sinks.all, "list"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).SinkPage, { path: "/sinks", query: { limit: 100 }, signal }),
      refetchInterval: 10_000,
    }),
};

/** Events are sent from `from` on, else from now on. The token is written and never answered. */
export function createSink(input: z.input<typeof CreateSink>): Promise<Sink> {
  return request(async () => (await schemas()).Sink, { method: "POST", path: "/sinks", body: input });
}

/** What is left out stays; `replayFrom` sends the events since then once more. */
export function updateSink({ id, ...change }: z.input<typeof UpdateSink> & { id: string }): Promise<Sink> {
  return request(async () => (await schemas()).Sink, {
    method: "PATCH",
    path: pathOf`/sinks/${id}`,
    body: change,
  });
}

/** Nothing more is sent. */
export function removeSink(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/sinks/${id}` });
}
