"use client";
import { useSyncExternalStore } from "react";
import { agoText, momentText } from "@/components/ui/words/when";

const everyMs = 10_000;

function tickingEvery(tick: () => void): () => void {
  const timer = setInterval(tick, everyMs);
  return () => clearInterval(timer);
}

const now = () => Math.floor(Date.now() / everyMs) * everyMs + everyMs - 1;

/** How long ago an RFC 3339 time was, kept true while it is shown; the moment itself is its title. */
export function Ago({ at }: { at: string }) {
  const nowMs = useSyncExternalStore(tickingEvery, now, now);
  return (
    <time dateTime={at} title={`${momentText(at)} UTC`} suppressHydrationWarning>
      {agoText(at, nowMs)}
    </time>
  );
}
