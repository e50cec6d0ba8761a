"use client";
import { useSyncExternalStore } from "react";

function everySecond(tick: () => void): () => void {
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
}

const thisSecond = () => Math.floor(Date.now() / 1000) * 1000;

/** The time to the second, in milliseconds since 1970; renders again as it passes. */
export function useNow(): number {
  return useSyncExternalStore(everySecond, thisSecond, thisSecond);
}
