import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { db } from "@/lib/db/client";
import { holds } from "@/lib/scopes/grant";
import { platformEntries, presentScope } from "@/lib/scopes/present";
import type { ListScopes, ScopeEntry, ScopePage } from "@/lib/scopes/schema";

/**
 * A page of the workspace's own scopes or of Latchkey's, by name. A caller bound to a customer sees those that it holds
 * itself. Needs `read:roles`.
 */
export async function listScopes(actor: Actor, { kind, q, cursor, limit }: ListScopes): Promise<ScopePage> {
  requireScope(actor, "read:roles");
  const list = `scopes:${kind}`;
  const after = cursor === undefined ? "" : String(decodeCursor(list, cursor)[0]);
  const text = (q ?? "").toLowerCase();
  const found = (await entriesOf(actor, kind)).filter(
    ({ name, description }) => text === "" || `${name} ${description}`.toLowerCase().includes(text),
  );
  const rest = found.filter(({ name }) => name > after);
  const items = rest.slice(0, limit);
  const last = rest.length > limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last === undefined ? null : encodeCursor(list, [last.name]),
    total: found.length,
  };
}

/** At most 1,000, so they are sorted here, in the one order that cursors compare by. */
async function entriesOf(actor: Actor, kind: ListScopes["kind"]): Promise<readonly ScopeEntry[]> {
  const entries = kind === "platform" ? platformEntries : await ownEntries(actor.workspaceId);
  return customerOf(actor) === null ? entries : entries.filter(({ name }) => holds(actor.scopes, name));
}

async function ownEntries(workspaceId: string): Promise<ScopeEntry[]> {
  const rows = await db().workspaceScope.findMany({ where: { workspaceId } });
  return rows.map(presentScope).sort((one, other) => (one.name < other.name ? -1 : 1));
}
