"use client";
import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False in the server's rendering and the first one here, for what depends on the clock and may not differ between them. */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
