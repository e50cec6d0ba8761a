"use client";
import { useState, useSyncExternalStore } from "react";
import {
  createLiveList,
  type LiveList,
  type LiveListOptions,
  type LiveView,
} from "@/components/live/live-list";
import type { LiveSource } from "@/lib/client/records/live-source";

export interface UseLiveListOptions<Row> extends Pick<LiveListOptions<Row>, "order"> {
  /** Says what is followed; another name begins another list. */
  name: string;
  /** Rows to begin with, newest first; undefined while nothing is followed. */
  initial: readonly Row[] | undefined;
  source: (initial: readonly Row[]) => LiveSource<Row>;
}

const idle: LiveList<never> = createLiveList<never>({ source: () => () => undefined, initial: [] });

/** A live list while it is on the page: what it shows now, and how to pause it. */
export function useLiveList<Row extends { id: string }>(
  options: UseLiveListOptions<Row>,
): { view: LiveView<Row>; setPaused: (paused: boolean) => void } {
  const { name, initial, source, order } = options;
  const [held, setHeld] = useState<{ name: string; list: LiveList<Row> }>({ name: "", list: idle });
  if (initial === undefined && held.list !== idle) setHeld({ name: "", list: idle });
  if (initial !== undefined && held.name !== name)
    setHeld({ name, list: createLiveList({ source: source(initial), initial, order }) });
  const { subscribe, view, setPaused } = held.list;
  return { view: useSyncExternalStore(subscribe, view, view), setPaused };
}
