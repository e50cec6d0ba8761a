import { requireScope, unrecorded, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import type { RulesetWriting } from "@/lib/rules/rulesets/next-version";
import { findService } from "@/lib/services/stored/find";
import { readDocument, wrongDocument } from "@/lib/services/openapi/document";
import { readRequiredScopes } from "@/lib/services/openapi/required-scopes";
import type { ImportedScopes, ImportRequiredScopes } from "@/lib/services/openapi/schema";
import { requiredScopesMax } from "@/lib/services/schema";
import { updateService } from "@/lib/services/update";

/**
 * Makes a service's required scopes those that an OpenAPI document's security requirements ask for; on a dry run only
 * says what they would be. Needs `update:services`. Throws `not-found`, `stale` when the service changed since
 * `updatedAt`, or `invalid` for a document that cannot be read or, unless `partial`, that asks for more than required
 * scopes can say.
 */
export async function importRequiredScopes(
  actor: Actor,
  idOrSlug: string,
  {
    document,
    basePath,
    partial,
    updatedAt,
    dryRun,
    note,
  }: ImportRequiredScopes & RulesetWriting & { dryRun: boolean },
): Promise<ImportedScopes> {
  requireScope(actor, "update:services");
  requireProvider(actor);
  await findService(db(), actor.workspaceId, idOrSlug);
  const read = readRequiredScopes(readDocument(document), basePath);
  const { requiredScopes, notes } = read;
  if (requiredScopes.length > requiredScopesMax)
    throw wrongDocument(
      `makes ${requiredScopes.length} entries; a service holds at most ${requiredScopesMax}`,
    );
  if (dryRun) return { ...read, dryRun, service: null };
  const weaker = notes.filter(({ effect }) => effect === "weaker");
  if (weaker.length > 0 && !partial)
    throw new Problem("invalid", "The document asks for more than required scopes can say.", {
      errors: weaker.slice(0, 50).map(({ at, message }) => ({ path: `document.${at}`, message })),
    });
  const service = await updateService(unrecorded(actor), idOrSlug, { requiredScopes, updatedAt }, { note });
  return { ...read, dryRun, service };
}
