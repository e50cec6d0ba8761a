"use client";
import { createContext, type ReactNode, useContext } from "react";
import { holds } from "@/lib/scopes/grant";

const Held = createContext<readonly string[]>([]);

/** Tells every part below which scopes the signed-in person holds. */
export function PermissionsProvider({
  scopes,
  children,
}: {
  scopes: readonly string[];
  children: ReactNode;
}) {
  return <Held value={scopes}>{children}</Held>;
}

/** Whether the signed-in person holds a scope. */
export function useHolds(): (scope: string) => boolean {
  const held = useContext(Held);
  return (scope) => holds(held, scope);
}

/**
 * Whether the signed-in person may do what `scope` guards, and the sentence that says why not (for a button's `why`).
 * The server checks again.
 */
export function usePermission(scope: string): { allowed: boolean; why: string | false } {
  const allowed = holds(useContext(Held), scope);
  return { allowed, why: !allowed && `This needs ${scope}. Owners and admins can grant it.` };
}
