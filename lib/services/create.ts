import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { requireProvider } from "@/lib/api/require-provider";
import { orConflict, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { audit } from "@/lib/events/trail/audit";
import { announceRuleset } from "@/lib/rules/current";
import { nextVersion, type RulesetWriting } from "@/lib/rules/rulesets/next-version";
import { serviceColumns } from "@/lib/services/stored/columns";
import { presentService } from "@/lib/services/stored/find";
import { WrittenService, type CreateService, type Service } from "@/lib/services/schema";
import { requireTemplates } from "@/lib/services/stored/required-routes";
import { requireReachableUpstream } from "@/lib/services/upstream/upstream-refusal";

/**
 * Puts a service behind the gateway; it answers there as soon as this returns. Needs `create:services`.
 * Throws `conflict` (the slug is taken) or `invalid` (an upstream that may not be connected to, a route that is no template).
 */
export async function createService(
  actor: Actor,
  input: CreateService,
  { once = null, note }: RulesetWriting & { once?: Once | null } = {},
): Promise<Service> {
  requireScope(actor, "create:services");
  requireProvider(actor);
  requireTemplates(input.requiredScopes);
  await requireReachableUpstream(input.upstream);
  const { service, rulesetVersion } = await orConflict(
    transactOnce({ actor, once, answer: WrittenService }, (tx) => insertService(tx, actor, { input, note })),
    "A service with that slug exists.",
  );
  await announceRuleset(actor.workspaceId, rulesetVersion);
  return service;
}

async function insertService(
  tx: Tx,
  actor: Actor,
  { input, note }: RulesetWriting & { input: CreateService },
): Promise<WrittenService> {
  const { workspaceId } = actor;
  const id = newId("svc");
  const rulesetVersion = await nextVersion(tx, actor, {
    change: `Created the service ${input.slug}`,
    note,
    serviceIds: [id],
  });
  const { data } = serviceColumns(input, false);
  const row = await tx.service.create({ data: { ...data, workspaceId, id, name: input.name ?? input.slug } });
  const { slug, upstream, visibility, defaultVerdict } = row;
  await audit(tx, actor, {
    action: "services.create",
    subject: id,
    detail: { slug, upstream, visibility, defaultVerdict, rulesetVersion },
  });
  return { service: presentService(row), rulesetVersion };
}
