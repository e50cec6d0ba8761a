"use client";
import { useEffect, useEffectEvent } from "react";

/** Whether keys typed now belong to a control or a dialog rather than to the page. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector(".dialog-place, .menu") !== null) return true;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not(.check, .switch), textarea, select"))
  );
}

/** Space and Enter press the button, box or link that has focus. */
function isPress({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement) || (key !== " " && key !== "Enter")) return false;
  return target.matches(
    key === " " ? "button, input, summary, [role=button]" : "button, input, summary, [role=button], a",
  );
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
      if (event.key.toLowerCase() !== key || isTaken(event.target) || isPress(event)) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [key]);
}
