import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { everyPlatformScope } from "@/lib/scopes/catalogue";
import { firstBeyond } from "@/lib/scopes/grant";

/** Scopes of the workspace's roles by name. */
export type RoleScopes = ReadonlyMap<string, readonly string[]>;

/** The part of a Prisma client that reads roles, inside a transaction or not. */
interface RoleReader {
  role: {
    findMany(query: {
      where: { workspaceId: string; name: { in: string[] } };
    }): Promise<{ name: string; scopes: string[] }[]>;
  };
}

/** Reads the named roles of a workspace. */
export async function readRoleScopes(
  tx: RoleReader,
  workspaceId: string,
  names: readonly string[],
): Promise<RoleScopes> {
  if (names.length === 0) return new Map();
  const roles = await tx.role.findMany({ where: { workspaceId, name: { in: [...new Set(names)] } } });
  return new Map(roles.map((role) => [role.name, role.scopes]));
}

/** A key's whole grant: its scopes and those of its roles, sorted, without doubles. */
export function grantOf(
  key: { scopes: readonly string[]; roles: readonly string[] },
  roleScopes: RoleScopes,
): string[] {
  return [...new Set([...key.scopes, ...key.roles.flatMap((role) => roleScopes.get(role) ?? [])])].sort();
}

/** Throws `forbidden` unless the actor holds the key's whole grant, roles counted. */
export async function requireWholeGrant(
  tx: RoleReader,
  actor: Actor,
  key: { scopes: readonly string[]; roles: readonly string[] },
): Promise<void> {
  const grant = grantOf(key, await readRoleScopes(tx, actor.workspaceId, key.roles));
  const beyond = firstBeyond(actor.scopes, grant);
  if (beyond !== null)
    throw new Problem("forbidden", `This reaches ${beyond}, which you do not hold yourself.`, {
      members: { beyond },
    });
}

/** The same for a grant about to be given: its roles must exist, and `platform:*` comes from owners only. */
export async function requireGrantable(
  tx: RoleReader,
  actor: Actor,
  key: { scopes: readonly string[]; roles: readonly string[] },
): Promise<void> {
  const roleScopes = await readRoleScopes(tx, actor.workspaceId, key.roles);
  const unknown = key.roles.filter((role) => !roleScopes.has(role));
  if (unknown.length > 0)
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: unknown.map((role) => ({ path: "roles", message: `there is no role ${role}` })),
    });
  await requireWholeGrant(tx, actor, key);
  if (grantOf(key, roleScopes).includes(everyPlatformScope) && !isOwner(actor))
    throw new Problem("forbidden", `Only an owner grants ${everyPlatformScope}.`, {
      members: { beyond: everyPlatformScope },
    });
}

function isOwner(actor: Actor): boolean {
  return actor.kind === "system" || (actor.kind === "session" && actor.role === "owner");
}

/** Throws `forbidden` when a caller bound to a customer writes what only the provider writes. */
export function requireProviderFor(actor: Actor, fields: Record<string, unknown>): void {
  if (customerOf(actor) === null) return;
  const written = Object.keys(fields).find((name) => fields[name] !== undefined && fields[name] !== null);
  if (written !== undefined) throw new Problem("forbidden", `Only the provider writes ${written}.`);
}
