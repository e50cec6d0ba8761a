import { resealed } from "@/lib/crypto/seal";
import { db } from "@/lib/db/client";

/**
 * Seals under the current secret what is stored under a previous one, so that the previous one can be dropped without
 * losing it. Kept answers are left to run out. A value that changes meanwhile is left alone. Returns how many.
 */
export async function resealStored(): Promise<number> {
  const sinks = await db().sink.findMany({
    where: { token: { not: null } },
    select: { workspaceId: true, id: true, token: true },
  });
  let count = (await resealServices()) + (await resealWebhooks());
  for (const { workspaceId, id, token: before } of sinks) {
    const token = before === null ? null : resealed("sink-token", before);
    if (before === null || token === null) continue;
    const done = await db().sink.updateMany({ where: { workspaceId, id, token: before }, data: { token } });
    count += done.count;
  }
  return count;
}

async function resealServices(): Promise<number> {
  const services = await db().service.findMany({
    where: { injectionSecret: { not: null } },
    select: { workspaceId: true, id: true, injectionSecret: true },
  });
  let count = 0;
  for (const { workspaceId, id, injectionSecret: before } of services) {
    const injectionSecret = before === null ? null : resealed("upstream-secret", before);
    if (before === null || injectionSecret === null) continue;
    const done = await db().service.updateMany({
      where: { workspaceId, id, injectionSecret: before },
      data: { injectionSecret },
    });
    count += done.count;
  }
  return count;
}

async function resealWebhooks(): Promise<number> {
  const endpoints = await db().webhookEndpoint.findMany({
    select: { workspaceId: true, id: true, secrets: true },
  });
  let count = 0;
  for (const { workspaceId, id, secrets: before } of endpoints) {
    const secrets = resealed("webhook-secret", before);
    if (secrets === null) continue;
    const done = await db().webhookEndpoint.updateMany({
      where: { workspaceId, id, secrets: before },
      data: { secrets },
    });
    count += done.count;
  }
  return count;
}
