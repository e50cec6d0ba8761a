import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import type { Page, PageQuery } from "@/lib/lists/schema";
import { flagReason, KeyFlagDetail, KeyFlagKind, type KeyFlag } from "@/lib/usage/flags/schema";

const list = "key-flags";

/** A key's flags, newest first. Needs `read:keys`. Throws `not-found` for another's key. */
export async function listKeyFlags(
  actor: Actor,
  { keyId, cursor, limit }: { keyId: string } & PageQuery,
): Promise<Page<KeyFlag>> {
  requireScope(actor, "read:keys");
  const { workspaceId } = actor;
  const customerId = customerOf(actor);
  const where = { workspaceId, id: keyId, ...(customerId === null ? {} : { customerId }) };
  if ((await db().key.count({ where })) === 0) throw new Problem("not-found", "There is no such key.");
  const skip = cursor === undefined ? 0 : Number(decodeCursor(list, cursor)[0]);
  const rows = await db().keyFlag.findMany({
    where: { workspaceId, keyId },
    orderBy: [{ since: "desc" }, { kind: "asc" }],
    skip,
    take: limit + 1,
  });
  return {
    items: rows.slice(0, limit).map(presentFlag),
    nextCursor: rows.length > limit ? encodeCursor(list, [skip + limit]) : null,
  };
}

function presentFlag(row: { kind: string; since: Date; until: Date | null; detail: unknown }): KeyFlag {
  const kind = KeyFlagKind.parse(row.kind);
  const detail = KeyFlagDetail.parse(row.detail);
  return {
    kind,
    since: row.since.toISOString(),
    until: row.until?.toISOString() ?? null,
    reason: flagReason(kind, detail),
    ...detail,
  };
}
