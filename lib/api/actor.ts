import { Problem } from "@/lib/api/problem";
import type { PlatformScope } from "@/lib/scopes/catalogue";
import type { RoleCheck } from "@/lib/events/schema";
import { holds } from "@/lib/scopes/grant";
import { carriedCheck, tellRoleCheck } from "@/lib/scopes/role-check";

/** Where a call came from, for the audit trail. */
interface Origin {
  /** Client address as text, or null when unknown. */
  address: string | null;
}

/** A person signed in to the portal. `customerId` set means that they are there as a member of that customer. */
export interface SessionActor extends Origin {
  kind: "session";
  workspaceId: string;
  customerId: string | null;
  userId: string;
  email: string;
  role: "owner" | "admin" | "developer" | "viewer";
  scopes: readonly string[];
}

/** A program with a key. `customerId` set means it sees that customer's rows only. */
export interface KeyActor extends Origin {
  kind: "key";
  workspaceId: string;
  keyId: string;
  secretId: string;
  name: string;
  customerId: string | null;
  scopes: readonly string[];
  /** What it called, as `GET /api/v1/keys/{id}`: checks of its scopes are recorded with it. Left out within the process. */
  endpoint?: string;
}

/** Someone of one customer in the provider's own app, by a token that the provider's backend asked for. */
export interface PortalSessionActor extends Origin {
  kind: "portalSession";
  workspaceId: string;
  sessionId: string;
  customerId: string;
  /** Who the provider says is sitting there, or null. */
  subject: string | null;
  scopes: readonly string[];
}

/** Latchkey itself: seeds, sign-up, retention. */
export interface SystemActor extends Origin {
  kind: "system";
  workspaceId: string;
  scopes: readonly string[];
}

/** Who is calling: a union, never a bag of optionals. */
export type Actor = SessionActor | KeyActor | PortalSessionActor | SystemActor;

/** The system acting in one workspace, with every right. */
export function systemActor(workspaceId: string): SystemActor {
  return { kind: "system", workspaceId, scopes: ["platform:*", "*:*"], address: null };
}

/** Throws `forbidden` unless the actor holds the platform scope. For a key's call the check is recorded, whatever comes of it. */
export function requireScope(actor: Actor, scope: PlatformScope): void {
  const granted = holds(actor.scopes, scope);
  if (actor.kind === "key") tellRoleCheck(actor, { scope, granted });
  if (!granted) throw lacking(scope);
}

/** The same caller for an operation that is a part of what it called: its check was recorded there, and is recorded once. */
export function unrecorded(actor: Actor): Actor {
  if (actor.kind !== "key") return actor;
  const { kind, workspaceId, keyId, secretId, name, customerId, scopes, address } = actor;
  return { kind, workspaceId, keyId, secretId, name, customerId, scopes, address };
}

/**
 * {@link requireScope} for calls that end in a decision: what it answers goes into that record, which costs next to
 * nothing, or to `tellCarried` when none is made.
 */
export function requireScopeOfDecision(actor: Actor, scope: PlatformScope): RoleCheck | null {
  if (!holds(actor.scopes, scope)) {
    if (actor.kind === "key") tellRoleCheck(actor, { scope, granted: false });
    throw lacking(scope);
  }
  return actor.kind === "key" ? carriedCheck(actor, scope) : null;
}

function lacking(scope: PlatformScope): Problem {
  return new Problem("forbidden", `This needs the scope ${scope}.`, { members: { requiredScope: scope } });
}

/** The customer whose rows are all the actor may see, or null when it may see the whole workspace. */
export function customerOf(actor: Actor): string | null {
  return actor.kind === "system" ? null : actor.customerId;
}

/** Stable id of an actor, as stored in `createdBy` and audit entries. */
export function actorId(actor: Actor): string {
  switch (actor.kind) {
    case "session":
      return actor.userId;
    case "key":
      return actor.keyId;
    case "portalSession":
      return actor.sessionId;
    case "system":
      return "system";
  }
}

/** What an audit entry says of who acted. */
export function actorLabel(actor: Actor): { kind: Actor["kind"]; id: string; label: string } {
  switch (actor.kind) {
    case "session":
      return { kind: "session", id: actor.userId, label: actor.email };
    case "key":
      return { kind: "key", id: actor.keyId, label: actor.name };
    case "portalSession":
      return { kind: "portalSession", id: actor.sessionId, label: actor.subject ?? "Portal session" };
    case "system":
      return { kind: "system", id: "system", label: "Latchkey" };
  }
}
