"use client";
import { useSyncExternalStore } from "react";
import { momentText, rowTimeText } from "@/components/ui/words/when";

function everyMinute(tick: () => void): () => void {
  const timer = setInterval(tick, 60_000);
  return () => clearInterval(timer);
}

/** When a row of a stream happened, in the width of a clock: its date takes the seconds' place once it was another day. */
export function Clock({ at }: { at: string }) {
  const words = () => rowTimeText(at, Date.now());
  const text = useSyncExternalStore(everyMinute, words, words);
  return (
    <time dateTime={at} title={`${momentText(at)} UTC`} suppressHydrationWarning>
      <code suppressHydrationWarning>{text}</code>
    </time>
  );
}
