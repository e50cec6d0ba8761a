import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { readStoredSecret, type StoredSecret } from "@/lib/keys/authentication/stored-secret";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import type { CompiledService } from "@/lib/services/schema";

/** A service of a ruleset by slug or id, or `invalid`. */
export function serviceNamed(ruleset: CompiledRuleset, name: string): CompiledService {
  const service = ruleset.services.get(name) ?? [...ruleset.services.values()].find(({ id }) => id === name);
  if (service === undefined) throw invalidField("service", "there is no such service");
  return service;
}

/** A key by id, or by the name of one that is not revoked, as verification knows it; `invalid` when there is none or more than one. */
export async function keyNamed(actor: Actor, name: string): Promise<StoredSecret> {
  const customerId = customerOf(actor);
  const rows = await db().key.findMany({
    where: {
      workspaceId: actor.workspaceId,
      OR: [{ id: name }, { name, revokedAt: null }],
      ...(customerId === null ? {} : { customerId }),
    },
    select: { id: true, secrets: { orderBy: { createdAt: "desc" }, take: 1, select: { id: true } } },
    take: 2,
  });
  const [row, another] = rows;
  if (another !== undefined) throw invalidField("credential", "more than one key has that name; use its id");
  const stored = row?.secrets[0] === undefined ? null : await readStoredSecret(row.secrets[0].id);
  if (stored === null) throw invalidField("credential", "there is no such credential");
  return stored;
}

export function invalidField(path: string, message: string): Problem {
  return new Problem("invalid", "Some fields are not valid.", { errors: [{ path, message }] });
}
