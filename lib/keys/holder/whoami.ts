import { actorLabel, customerOf, type Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import type { Whoami } from "@/lib/keys/holder/schema";
import { withParts } from "@/lib/keys/changes/stored-key";
import { KeyEnvironment } from "@/lib/keys/schema";
import { describeLimits } from "@/lib/limits/describe";

/** Who the caller is and what it may do. Needs no scope: nobody learns more here than what they hold. */
export async function whoami(actor: Actor): Promise<Whoami> {
  const { workspaceId } = actor;
  const { kind, id, label } = actorLabel(actor);
  const customerId = customerOf(actor);
  const [workspace, customer, key] = await Promise.all([
    db().workspace.findUniqueOrThrow({
      where: { id: workspaceId },
      select: { id: true, slug: true, name: true },
    }),
    customerId === null
      ? null
      : db().customer.findUnique({
          where: { workspaceId_id: { workspaceId, id: customerId } },
          select: { id: true, externalId: true, name: true },
        }),
    ownKey(actor),
  ]);
  return {
    kind,
    id,
    name: label,
    workspace,
    customer,
    grant: [...actor.scopes],
    roles: key?.roles ?? [],
    key: key?.shown ?? null,
  };
}

async function ownKey(actor: Actor): Promise<{ roles: string[]; shown: NonNullable<Whoami["key"]> } | null> {
  if (actor.kind !== "key") return null;
  const { workspaceId, keyId: id, secretId } = actor;
  const row = await db().key.findUniqueOrThrow({
    where: { workspaceId_id: { workspaceId, id } },
    include: { ...withParts(new Date()), secrets: { where: { id: secretId } } },
  });
  const [secret] = row.secrets;
  return {
    roles: row.roles,
    shown: {
      prefix: secret?.prefix ?? "",
      environment: KeyEnvironment.parse(row.environment),
      metadata: JsonObject.parse(row.metadata),
      labels: row.labels,
      allowedIps: row.allowedIps,
      allowedOrigins: row.allowedOrigins,
      limits: await describeLimits(row),
      expiresAt: row.expiresAt?.toISOString() ?? null,
      secret: { id: secretId, expiresAt: secret?.expiresAt?.toISOString() ?? null },
    },
  };
}
