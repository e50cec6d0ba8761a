import type { PlatformScope } from "@/lib/scopes/catalogue";

/** What can happen besides decisions and audited changes: what it means, and the scope that permits reading it. */
export const eventTypes = {
  "key.expiring": {
    description: "A key expires in seven days, or in one; told once for each",
    scope: "read:keys",
  },
} as const satisfies Record<string, { description: string; scope: PlatformScope }>;

export type EventType = keyof typeof eventTypes;
