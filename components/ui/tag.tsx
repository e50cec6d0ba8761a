import { clsx } from "clsx";
import type { ReactNode } from "react";

export interface TagProps {
  tone?: "plain" | "accent" | "allow" | "deny" | "limited" | "shadow" | "brass";
  /** A 12 px shape or icon before the word. */
  icon?: ReactNode;
  children: ReactNode;
}

/** A short word on a tint. */
export function Tag({ tone = "plain", icon, children }: TagProps) {
  return (
    <span className={clsx("tag", tone)}>
      {icon}
      {children}
    </span>
  );
}

/** A shortcut cap; one per key. */
export function Kbd({ children }: { children: string }) {
  return <kbd>{children}</kbd>;
}
