import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { firstBeyond } from "@/lib/scopes/grant";
import { requireGivable, requireHeld } from "@/lib/scopes/held";
import { requireKnownScopes, type RowReader } from "@/lib/scopes/known";

/** Scopes of the workspace's roles by name. */
export type RoleScopes = ReadonlyMap<string, readonly string[]>;

/** The part of a Prisma client that reads roles, inside a transaction or not. */
interface RoleReader extends RowReader {
  role: {
    findMany(query: {
      where: { workspaceId: string; name: { in: string[] } };
    }): Promise<{ name: string; scopes: string[] }[]>;
  };
}

/** What a key holds, or is about to: of which key and of whose, where that is known. */
interface Grant {
  scopes: readonly string[];
  roles: readonly string[];
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

/** Throws `forbidden` unless the actor holds the key's whole grant, roles counted. A key always holds its own. */
export async function requireWholeGrant(
  tx: RoleReader,
  actor: Actor,
  key: Grant & { id: string },
): Promise<void> {
  if (actor.kind === "key" && actor.keyId === key.id) return;
  requireHeld(actor, grantOf(key, await readRoleScopes(tx, actor.workspaceId, key.roles)));
}

/**
 * For a grant about to be given to a key: the actor must hold it whole (`platform:*` comes from owners only), its roles
 * and scopes must exist, and a customer's key stays within the customer's ceiling. `had` are scopes that the key has
 * already. Inside a transaction roles and scopes stay as they were looked at until its end. Throws `forbidden`, `invalid`.
 */
export async function requireGrantable(
  tx: RoleReader,
  actor: Actor,
  { had = [], customerId, ...grant }: Grant & { customerId: string | null; had?: readonly string[] },
): Promise<void> {
  const { workspaceId } = actor;
  const roleScopes = await lockRoleScopes(tx, workspaceId, grant.roles);
  const unknown = grant.roles.filter((role) => !roleScopes.has(role));
  if (unknown.length > 0)
    throw wrong(
      "roles",
      unknown.map((role) => `there is no role ${role}`),
    );
  requireGivable(actor, grantOf(grant, roleScopes));
  await requireKnownScopes(tx, { workspaceId, scopes: grant.scopes.filter((scope) => !had.includes(scope)) });
  if (customerId !== null) await requireWithinCeiling(tx, { workspaceId, customerId, grant, roleScopes });
}

/** {@link readRoleScopes}, and the roles stay as they are until the transaction ends. */
async function lockRoleScopes(
  tx: RowReader,
  workspaceId: string,
  names: readonly string[],
): Promise<RoleScopes> {
  if (names.length === 0) return new Map();
  const roles = await tx.$queryRaw<{ name: string; scopes: string[] }[]>`
    select name, scopes from role where workspace_id = ${workspaceId} and name = any(${[...names]})
     order by name for share`;
  return new Map(roles.map((role) => [role.name, role.scopes]));
}

/** Not locked: a ceiling that is lowered meanwhile holds whenever the key is read, and whoever lowers it may lock keys. */
async function requireWithinCeiling(
  tx: RowReader,
  key: { workspaceId: string; customerId: string; grant: Grant; roleScopes: RoleScopes },
): Promise<void> {
  const { workspaceId, customerId, grant, roleScopes } = key;
  const [customer] = await tx.$queryRaw<{ scope_ceiling: string[] }[]>`
    select scope_ceiling from customer where workspace_id = ${workspaceId} and id = ${customerId}`;
  const ceiling = customer?.scope_ceiling ?? [];
  const scopes = grant.scopes.filter((scope) => firstBeyond(ceiling, [scope]) !== null);
  if (scopes.length > 0)
    throw wrong(
      "scopes",
      scopes.map((scope) => `${scope} is beyond its customer's ceiling`),
    );
  const roles = grant.roles.filter((role) => firstBeyond(ceiling, roleScopes.get(role) ?? []) !== null);
  if (roles.length > 0)
    throw wrong(
      "roles",
      roles.map((role) => `the role ${role} reaches beyond its customer's ceiling`),
    );
}

function wrong(path: string, messages: readonly string[]): Problem {
  return new Problem("invalid", "Some fields are not valid.", {
    errors: messages.map((message) => ({ path, message })),
  });
}

/** Throws `forbidden` when a caller bound to a customer writes what only the provider writes. */
export function requireProviderFor(actor: Actor, fields: Record<string, unknown>): void {
  if (customerOf(actor) === null) return;
  const written = Object.keys(fields).find((name) => fields[name] !== undefined && fields[name] !== null);
  if (written !== undefined) throw new Problem("forbidden", `Only the provider writes ${written}.`);
}
