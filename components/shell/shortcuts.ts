"use client";
import { useEffect, useEffectEvent } from "react";

/** Whether keys typed now belong to a control or a dialog rather than to the page. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector(".dialog-place, .menu") !== null) return true;
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not(.check, .switch), textarea, select"));
}

/**
 * Runs `act` when `key` (as in `KeyboardEvent.key`, lower case) is pressed alone, outside inputs, menus and dialogs.
 * Show the same key as the button's `hint`.
 */
export function useShortcut(key: string, act: () => void): void {
  const run = useEffectEvent(act);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key.toLowerCase() !== key || isTaken(event.target)) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [key]);
}
