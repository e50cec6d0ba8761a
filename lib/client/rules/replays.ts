import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { ReplayProgress } from "@/lib/client/rules/replay-stream";
import type { Replay } from "@/lib/rules/replay/schema";

/** One replay: what is asked, and a number that tells it from another of the same. */
export interface ReplayAsked {
  number: number;
  asked: z.input<typeof Replay>;
  onProgress: (progress: ReplayProgress) => void;
}

export const replays = {
  all: ["replays"] as const,
  /** Runs once and keeps its result; cancelling the query, or leaving the page, ends it on the server. */
  of: (replay: ReplayAsked | null) =>
    queryOptions({
      queryKey: [...replays.all, replay?.number ?? null] as const,
      queryFn: async ({ signal }) => {
        if (replay === null) return null;
        const { readReplay } = await import("@/lib/client/rules/replay-stream");
        return readReplay(replay.asked, { signal, onProgress: replay.onProgress });
      },
      retry: false,
      staleTime: Infinity,
      gcTime: 0,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    }),
};
