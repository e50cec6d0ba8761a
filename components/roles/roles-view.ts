import { readSearchFilters } from "@/components/lists/search-filters";

/** What the page of roles and scopes lists. */
export type RolesView = "roles" | "scopes" | "platform";

/** What an address asks for. */
export function readRolesView(params: URLSearchParams): RolesView {
  const view = params.get("view");
  return view === "scopes" || view === "platform" ? view : "roles";
}

/** What the API is asked for the workspace's own scopes at an address. */
export function readOwnScopeFilters(params: URLSearchParams) {
  return { ...readSearchFilters(params), kind: "workspace" as const };
}

/** Latchkey's own scopes: all of them at once; they are narrowed here. */
export const everyPlatformEntry = { kind: "platform", limit: 100 } as const;
