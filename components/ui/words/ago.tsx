"use client";
import { useSyncExternalStore } from "react";
import { agoText, momentText } from "@/components/ui/words/when";

function everySecond(tick: () => void): () => void {
  const timer = setInterval(tick, 1_000);
  return () => clearInterval(timer);
}

/** How long ago an RFC 3339 time was, kept true while it is shown; the moment itself is its title. */
export function Ago({ at }: { at: string }) {
  // The words are the snapshot, so a tick that changes nothing draws nothing.
  const words = () => agoText(at, Date.now());
  const text = useSyncExternalStore(everySecond, words, words);
  return (
    <time dateTime={at} title={`${momentText(at)} UTC`} suppressHydrationWarning>
      {text}
    </time>
  );
}
