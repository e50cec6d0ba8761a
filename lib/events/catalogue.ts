import { z } from "zod";
import { AuditEventData, Decision, RoleCheckData } from "@/lib/events/schema";
import type { PlatformScope } from "@/lib/scopes/catalogue";
import { KeyFlagDetail, KeyFlagKind } from "@/lib/usage/flags/schema";

/** What can happen, of one type: what it means, and what its `data` holds. */
export interface EventTypeEntry {
  /** Where such events come from: `emitEvent`, a check of a platform scope, a recorded call, or the audit trail. */
  kind: "emitted" | "role-check" | "decision" | "audited";
  description: string;
  /** Raised when `data` changes in a way that breaks its readers. */
  version: number;
  /** What reading it needs besides `read:events`. */
  scope: PlatformScope;
  data: z.ZodType;
}

/** An entry of a type that `emitEvent` writes; `data` never names a secret, nor a stored value. */
const emitted = <Data extends z.ZodType<object>>(entry: {
  description: string;
  scope: PlatformScope;
  data: Data;
}) => ({ kind: "emitted", version: 1, ...entry }) as const;

/** An entry of the audit trail's action of the same name. */
const audited = (description: string) =>
  ({ kind: "audited", description, version: 1, scope: "read:audit", data: AuditEventData }) as const;

const decision = (description: string) =>
  ({ kind: "decision", description, version: 1, scope: "read:decisions", data: Decision }) as const;

const roleCheck = (description: string) =>
  ({ kind: "role-check", description, version: 1, scope: "read:events", data: RoleCheckData }) as const;

/** What is told of a value: never the value itself. */
const StoredValue = z.object({
  key: z.string(),
  size: z.number().int().describe("Bytes"),
  version: z.number().int(),
});

/**
 * Every type of event, `<thing>.<what happened>`. What is emitted, and what is audited, has its entry here under its
 * exact name; a test holds docs/guides/events.md against it.
 */
export const eventTypes = {
  "key.expiring": emitted({
    description: "A key expires in seven days, or in one; told once for each",
    scope: "read:keys",
    data: z.object({
      name: z.string(),
      environment: z.string(),
      expiresAt: z.string(),
      threshold: z.string(),
      lastUsedAt: z.string().nullable(),
    }),
  }),
  "key.flagged": emitted({
    description: "A key's calls, denials or errors depart from the key's own history; the data says how",
    scope: "read:keys",
    data: KeyFlagDetail.extend({ kind: KeyFlagKind, since: z.string(), reason: z.string() }),
  }),
  "logs.flush": emitted({
    description: "The log was emptied, or one service's, which the subject names",
    scope: "read:logs",
    data: z.object({ service: z.string().nullable() }),
  }),
  "key.unflagged": emitted({
    description: "A flagged key's traffic is as usual again",
    scope: "read:keys",
    data: z.object({ kind: KeyFlagKind, since: z.string(), until: z.string() }),
  }),
  "datastore.set": emitted({
    description: "A value was stored; the data says its key and size",
    scope: "set:datastore",
    data: StoredValue,
  }),
  "datastore.delete": emitted({
    description: "A value was deleted",
    scope: "del:datastore",
    data: StoredValue,
  }),
  "datastore.increment": emitted({
    description: "A number was added to in one step",
    scope: "set:datastore",
    data: StoredValue,
  }),
  "webhook.disabled": emitted({
    description:
      "A webhook endpoint took nothing for five days, or says that it is gone: nothing more is sent to it",
    scope: "read:webhooks",
    data: z.object({
      reason: z.enum(["failing", "gone"]),
      failingSince: z.string().nullable(),
      error: z.string().nullable(),
    }),
  }),
  "role-check.granted": roleCheck("A key used an endpoint, and held the scope that this needs"),
  "role-check.refused": roleCheck("A key asked an endpoint, and lacked the scope that this needs"),
  "decision.allowed": decision("A call was let through"),
  "decision.denied": decision("A call was refused by rules, credential or default"),
  "decision.limited": decision("A call was refused by a rate limit or quota"),
  "accounts.change-password": audited("Someone changed their password"),
  "accounts.refuse-sign-in": audited("A sign-in failed"),
  "accounts.reset-password": audited("Someone set a new password by a link from a mail"),
  "audit.erase": audited("What the trail said of a person was erased"),
  "authentication.fail": audited("A credential was presented that is not good"),
  "customers.create": audited("A customer was added"),
  "customers.delete": audited("A customer was removed"),
  "customers.disable": audited("A customer was switched off, and its keys with it"),
  "customers.enable": audited("A customer was switched on again"),
  "customers.update": audited("A customer was changed"),
  "issuers.create": audited("An issuer of JWTs was registered"),
  "issuers.delete": audited("An issuer of JWTs was removed"),
  "issuers.update": audited("An issuer of JWTs was changed"),
  "keys.create": audited("A key was created"),
  "keys.disable": audited("A key was switched off"),
  "keys.enable": audited("A key was switched on again"),
  "keys.end-rotation": audited("A key's overlap was ended: its old secret stopped at once"),
  "keys.extend-rotation": audited("A key's overlap was extended"),
  "keys.revoke": audited("A key was revoked for good"),
  "keys.rotate": audited("A key got a new secret"),
  "keys.update": audited("A key was changed"),
  "members.change-role": audited("A member got another role"),
  "members.invite": audited("Someone was invited"),
  "members.join": audited("Someone accepted an invitation"),
  "members.leave": audited("A member left"),
  "members.remove": audited("A member was removed"),
  "members.resend-invitation": audited("An invitation was sent again"),
  "members.revoke-invitation": audited("An invitation was taken back"),
  "plans.create": audited("A plan was added"),
  "plans.delete": audited("A plan was removed"),
  "plans.update": audited("A plan was changed"),
  "portal-sessions.create": audited("A customer's stay in the provider's own app was asked for"),
  "portal-sessions.end": audited("A portal session was ended"),
  "portal-sessions.exchange": audited("A portal session's code was exchanged for its token"),
  "roles.create": audited("A role was added"),
  "roles.delete": audited("A role was removed"),
  "roles.update": audited("A role was changed"),
  "rules.create": audited("A rule was written"),
  "rules.delete": audited("A rule was removed"),
  "rules.roll-back": audited("The rules were set back to an earlier version"),
  "rules.update": audited("A rule or where it is attached was changed"),
  "scopes.create": audited("A scope was defined"),
  "scopes.delete": audited("A scope was removed"),
  "scopes.update": audited("A scope was described anew"),
  "services.create": audited("A service was put behind the gateway"),
  "services.delete": audited("A service was removed"),
  "services.test": audited("A service was called to see whether it answers"),
  "services.update": audited("A service was changed"),
  "sinks.create": audited("A sink was added"),
  "sinks.delete": audited("A sink was removed"),
  "sinks.update": audited("A sink was changed, or replays from a time"),
  "webhooks.create": audited("A webhook endpoint was added"),
  "webhooks.delete": audited("A webhook endpoint was removed"),
  "webhooks.disable": audited(
    "A webhook endpoint was switched off: it took nothing for five days, or is gone",
  ),
  "webhooks.read-secret": audited("A webhook endpoint's signing secret was shown"),
  "webhooks.recover": audited("What a webhook endpoint had not taken was set out once more"),
  "webhooks.resend": audited("A message was set out once more to a webhook endpoint"),
  "webhooks.rotate-secret": audited("A webhook endpoint got a new signing secret"),
  "webhooks.test": audited("A test message was sent to a webhook endpoint"),
  "webhooks.update": audited("A webhook endpoint was changed, switched off or on"),
  "workspace.create": audited("The workspace was made"),
  "workspace.update": audited("The workspace's settings were changed"),
} as const satisfies Record<string, EventTypeEntry>;

export type EventType = keyof typeof eventTypes;

type TypeOfKind<Kind extends EventTypeEntry["kind"]> = {
  [Type in EventType]: (typeof eventTypes)[Type]["kind"] extends Kind ? Type : never;
}[EventType];

/** Types that `emitEvent` writes. */
export type EmittedType = TypeOfKind<"emitted">;

/** What the audit trail says was done. One that is emitted as well is told by that event, and its entry stands beside it. */
export type AuditAction = TypeOfKind<"audited"> | Extract<EmittedType, "logs.flush">;

/** Whether text names a type of event. */
export function isEventType(name: string): name is EventType {
  return Object.hasOwn(eventTypes, name);
}

/** Every type, by name. */
export const eventTypeNames: readonly EventType[] = Object.keys(eventTypes).filter(isEventType).sort();
