"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { triedDraft } from "@/components/rules/draft/trial";
import type { ReplayProgress } from "@/lib/client/rules/replay-stream";
import { replays, type ReplayAsked } from "@/lib/client/rules/replays";
import type { ReplayResult } from "@/lib/rules/replay/schema";

/** How far back a replay looks, in hours. */
export type ReplayHours = "1" | "24" | "168";

type Tried = ReturnType<typeof triedDraft>;

/** A draft's replay: the last one that was begun, how far it is, and what it found. */
export interface RuleReplay {
  state: "idle" | "running" | "done" | "failed";
  /** What the next one looks at. */
  hours: ReplayHours;
  /** What the last one looked at. */
  ranHours: ReplayHours;
  setHours(hours: ReplayHours): void;
  /** Begins anew with the draft of now; nothing to begin with while the draft is not valid. */
  start: (() => void) | null;
  /** Ends the one that runs; what it found so far is dropped. */
  cancel(): void;
  /** Null before the first news. */
  progress: ReplayProgress | null;
  /** How much of the window is through, 0 to 1. */
  share: number;
  result: ReplayResult | null;
  error: Error | null;
  /** The draft has changed since. */
  isOutdated: boolean;
}

interface Begun extends ReplayAsked {
  hours: ReplayHours;
  draft: string;
  fromMs: number;
  toMs: number;
}

/** Replays a draft against recorded decisions, when asked to. */
export function useReplay(draft: Tried | null, { startsAtOnce }: { startsAtOnce: boolean }): RuleReplay {
  const client = useQueryClient();
  const [hours, setHours] = useState<ReplayHours>("24");
  const [progress, setProgress] = useState<ReplayProgress | null>(null);
  const [begun, setBegun] = useState<Begun | null>(() =>
    startsAtOnce && draft !== null ? begin({ draft, hours, onProgress: setProgress }) : null,
  );
  const { queryKey, ...options } = replays.of(begun);
  const query = useQuery({ queryKey, ...options, enabled: begun !== null });
  const atMs = progress === null ? null : Date.parse(progress.at);
  return {
    state: begun === null ? "idle" : query.isPending ? "running" : query.isError ? "failed" : "done",
    hours,
    ranHours: begun?.hours ?? hours,
    setHours,
    start:
      draft === null
        ? null
        : () => {
            setProgress(null);
            setBegun(begin({ draft, hours, onProgress: setProgress }));
          },
    cancel() {
      setBegun(null);
      void client.cancelQueries({ queryKey });
    },
    progress,
    share: begun === null || atMs === null ? 0 : (begun.toMs - atMs) / (begun.toMs - begun.fromMs),
    result: query.data ?? null,
    error: query.error,
    isOutdated: begun !== null && draft !== null && begun.draft !== JSON.stringify(draft),
  };
}

function begin({
  draft,
  hours,
  onProgress,
}: {
  draft: Tried;
  hours: ReplayHours;
  onProgress: (progress: ReplayProgress) => void;
}): Begun {
  const toMs = Date.now();
  const fromMs = toMs - Number(hours) * 3_600_000;
  const asked = { draft, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  return { number: toMs, asked, onProgress, hours, draft: JSON.stringify(draft), fromMs, toMs };
}
