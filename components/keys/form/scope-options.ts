import { everyPlatformScope, isPlatformScope, platformScopes } from "@/lib/scopes/catalogue";

/** A scope that can be chosen, and what holding it means. */
export interface ScopeOption {
  scope: string;
  description: string;
}

/** Options under one heading. */
export interface ScopeGroup {
  heading: string;
  options: readonly ScopeOption[];
}

const platform: readonly ScopeOption[] = [
  ...Object.entries(platformScopes).map(([scope, description]) => ({ scope, description })),
  { scope: everyPlatformScope, description: "Every one of these, also those to come" },
];

function matches({ scope, description }: ScopeOption, words: readonly string[]): boolean {
  const text = `${scope} ${description}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Scopes whose name or meaning holds every word of `filter`: the workspace's own, then Latchkey's. */
export function scopeOptions({
  known,
  filter,
  meanings,
}: {
  known: readonly string[];
  filter: string;
  /** What the workspace says its own scopes mean, by name. */
  meanings?: ReadonlyMap<string, string> | undefined;
}): ScopeGroup[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const own = [...new Set(known)]
    .filter((scope) => !isPlatformScope(scope))
    .sort()
    .map((scope) => ({ scope, description: meanings?.get(scope) || "Your own API" }));
  return [
    { heading: "Yours", options: own },
    { heading: "Latchkey's own endpoints", options: platform },
  ]
    .map(({ heading, options }) => ({ heading, options: options.filter((option) => matches(option, words)) }))
    .filter(({ options }) => options.length > 0);
}
