import { eventOf, isInCatalogue, platformScopes } from "@/lib/scopes/catalogue";
import type { ScopeEntry } from "@/lib/scopes/schema";

/** A defined scope as the API shows it. */
export function presentScope(row: { name: string; description: string; createdAt: Date }): ScopeEntry {
  const { name, description, createdAt } = row;
  return { name, kind: "workspace", description, event: null, createdAt: createdAt.toISOString() };
}

/** The whole catalogue as the API shows it, by name. */
export const platformEntries: readonly ScopeEntry[] = Object.keys(platformScopes)
  .filter(isInCatalogue)
  .sort()
  .map((name) => ({
    name,
    kind: "platform",
    description: platformScopes[name],
    event: eventOf(name),
    createdAt: null,
  }));
