import type { Prisma } from "@/lib/db/generated/client";
import { Problem } from "@/lib/api/problem";
import { isPlatformScope } from "@/lib/scopes/catalogue";

/** What reads rows by a statement of its own, inside a transaction or not. */
export interface RowReader {
  $queryRaw<Row>(statement: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<Row>;
}

/**
 * Throws `invalid` at `path` for scopes that the workspace does not have. A workspace that has defined scopes grants
 * those, wildcards and platform scopes, and nothing misspelled; one that has defined none grants any well-formed name.
 * Inside a transaction the definitions stay until it ends.
 */
export async function requireKnownScopes(
  tx: RowReader,
  { workspaceId, scopes, path = "scopes" }: { workspaceId: string; scopes: readonly string[]; path?: string },
): Promise<void> {
  const own = scopes.filter((scope) => !scope.includes("*") && !isPlatformScope(scope));
  if (own.length === 0) return;
  const defined = await tx.$queryRaw<{ name: string }[]>`
    select name from workspace_scope where workspace_id = ${workspaceId} and name = any(${own})
     order by name for share`;
  const known = new Set(defined.map(({ name }) => name));
  const unknown = own.filter((scope) => !known.has(scope));
  if (unknown.length === 0 || (known.size === 0 && !(await definesAny(tx, workspaceId)))) return;
  throw new Problem("invalid", "Some fields are not valid.", {
    errors: unknown.map((scope) => ({
      path,
      message: `this workspace has no scope ${scope}; define it first`,
    })),
  });
}

async function definesAny(tx: RowReader, workspaceId: string): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    select 1 from workspace_scope where workspace_id = ${workspaceId} limit 1`;
  return found.length > 0;
}
