import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db, orConflict, type Tx } from "@/lib/db/client";
import { jsonOf } from "@/lib/db/json";
import { audit } from "@/lib/events/trail/audit";
import { announceRuleset } from "@/lib/rules/current";
import { lockRuleset, nextVersion, type RulesetWriting } from "@/lib/rules/rulesets/next-version";
import { requireSecretAnew, serviceColumns } from "@/lib/services/stored/columns";
import { findService, presentService } from "@/lib/services/stored/find";
import type { Service, UpdateService, WrittenService } from "@/lib/services/schema";
import { requireTemplates } from "@/lib/services/stored/required-routes";
import { requireReachableUpstream } from "@/lib/services/upstream/upstream-refusal";

/**
 * Changes a service, named by id or slug; calls are answered by the change as soon as this returns. Needs
 * `update:services`. Throws `not-found`, `conflict` (the slug is taken), `invalid` (an upstream that may not be connected to)
 * or, with `updatedAt`, `stale` (someone changed it since).
 */
export async function updateService(
  actor: Actor,
  idOrSlug: string,
  change: UpdateService,
  { note }: RulesetWriting = {},
): Promise<Service> {
  requireScope(actor, "update:services");
  requireProvider(actor);
  if (change.requiredScopes !== undefined) requireTemplates(change.requiredScopes);
  if (change.upstream !== undefined) await requireReachableUpstream(change.upstream);
  const { service, rulesetVersion } = await orConflict(
    db().$transaction((tx) => changeService(tx, actor, { idOrSlug, change, note })),
    "A service with that slug exists.",
  );
  await announceRuleset(actor.workspaceId, rulesetVersion);
  return service;
}

async function changeService(
  tx: Tx,
  actor: Actor,
  { idOrSlug, change: asked, note }: RulesetWriting & { idOrSlug: string; change: UpdateService },
): Promise<WrittenService> {
  const { workspaceId } = actor;
  const { updatedAt: read, ...change } = asked;
  await lockRuleset(tx, workspaceId);
  const before = await findService(tx, workspaceId, idOrSlug);
  requireUnchanged(before, read);
  const { id, slug, upstream, injectionSecret } = before;
  if (injectionSecret !== null) requireSecretAnew(change, upstream);
  const { data, told } = serviceColumns(change, injectionSecret !== null);
  const given = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
  const rulesetVersion = await nextVersion(tx, actor, {
    change: `Changed the service ${slug}`,
    note,
    serviceIds: [id],
  });
  const row = await tx.service.update({ where: { workspaceId_id: { workspaceId, id } }, data: given });
  await audit(tx, actor, {
    action: "services.update",
    subject: id,
    detail: jsonOf({ ...told, rulesetVersion }),
  });
  return { service: presentService(row), rulesetVersion };
}

function requireUnchanged(service: Awaited<ReturnType<typeof findService>>, read: string | undefined): void {
  if (read === undefined || Date.parse(read) === service.updatedAt.getTime()) return;
  throw new Problem("stale", "This service was changed since it was read. Read it again.", {
    members: { current: presentService(service) },
  });
}
