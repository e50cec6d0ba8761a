import type { PlatformScope } from "@/lib/scopes/catalogue";

/** What can happen besides decisions and audited changes: what it means, and the scope that permits reading it. */
export const eventTypes = {
  "key.expiring": {
    description: "A key expires in seven days, or in one; told once for each",
    scope: "read:keys",
  },
  "key.flagged": {
    description: "A key's calls, denials or errors depart from the key's own history; the data says how",
    scope: "read:keys",
  },
  "logs.flush": {
    description: "The log was emptied, or one service's, which the subject names",
    scope: "read:logs",
  },
  "key.unflagged": {
    description: "A flagged key's traffic is as usual again",
    scope: "read:keys",
  },
  "datastore.set": {
    description: "A value was stored; the data says its key and size",
    scope: "set:datastore",
  },
  "datastore.delete": { description: "A value was deleted", scope: "del:datastore" },
  "datastore.increment": { description: "A number was added to in one step", scope: "set:datastore" },
} as const satisfies Record<string, { description: string; scope: PlatformScope }>;

export type EventType = keyof typeof eventTypes;

/** Whether text names a type of event. */
export function isEventType(name: string): name is EventType {
  return name in eventTypes;
}
