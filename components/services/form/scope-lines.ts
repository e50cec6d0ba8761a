import type { RequiredScopes } from "@/lib/services/schema";

/** Required scopes as people type them: `POST,PUT /v1/payments/** write:payments`, one route a line; methods may be left out. */
export function scopeLines(required: readonly RequiredScopes[]): string {
  return required
    .map(({ methods, route, scopes }) => [methods?.join(",") ?? "*", route, ...scopes].join(" "))
    .join("\n");
}

/** One line read; `methods` and `scopes` are still to be judged by the API's schema. */
interface ReadLine {
  methods?: string[];
  route: string;
  scopes: string[];
}

/** What the lines say; empty ones count for nothing. */
export function readScopeLines(text: string): ReadLine[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const parts = line.split(/\s+/);
      const [first = ""] = parts;
      const named = first.startsWith("/") ? [] : parts.splice(0, 1);
      const [route = "", ...scopes] = parts;
      const methods = named
        .flatMap((list) => list.toUpperCase().split(","))
        .filter((method) => method !== "");
      return methods.length === 0 || methods.includes("*") ? { route, scopes } : { methods, route, scopes };
    });
}
