import { z } from "zod";
import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { maskSecret } from "@/lib/keys/format";
import { measure, measureAll, scopeOf, type Measured } from "@/lib/usage/measures/measure";
import { serviceNames } from "@/lib/usage/measures/names";
import type { UsagePeriod } from "@/lib/usage/question";
import { UsageOutcome, type KeyUsage } from "@/lib/usage/schema";
import { spanAsked, spanFields } from "@/lib/usage/measures/span";

const groupsMax = 50;
const RouteGroup = z.tuple([z.string(), z.string(), z.string()]);

/**
 * One key's calls in a stretch of time, by status, outcome, route, service and secret, and its last use.
 * Needs `read:usage`. Throws `not-found` for another's key, `invalid` as {@link spanAsked} does.
 */
export async function keyUsage(
  actor: Actor,
  { keyId, ...period }: { keyId: string } & UsagePeriod,
): Promise<KeyUsage> {
  requireScope(actor, "read:usage");
  const { secrets, ...key } = await keyOf(actor, keyId);
  const span = spanAsked(period);
  const scope = scopeOf(actor, { keyId });
  const split = (by: "status" | "outcome" | "route" | "service" | "secret") =>
    measure(scope, { span, by, limit: groupsMax });
  const all = await measureAll(scope, span);
  const [byStatus, byOutcome, byRoute, byService, bySecret] = [
    await split("status"),
    await split("outcome"),
    await split("route"),
    await split("service"),
    await split("secret"),
  ];
  const services = await serviceNames(
    actor.workspaceId,
    byService.map((one) => one.group),
  );
  const slug = (id: string) => services.get(id)?.slug ?? null;
  return {
    range: span.range,
    ...spanFields(span),
    totals: all.totals,
    series: all.series,
    lastUsed:
      key.lastUsedAt === null
        ? null
        : { at: key.lastUsedAt.toISOString(), address: key.lastUsedFrom, userAgent: key.lastUsedAgent },
    byStatus: byStatus.map(({ group, totals }) => ({ status: Number(group), calls: totals.requests })),
    byOutcome: byOutcome.map(({ group, totals }) => ({
      outcome: UsageOutcome.parse(group),
      calls: totals.requests,
    })),
    byRoute: byRoute.map(({ group, totals }) => {
      const [method, route, serviceId] = RouteGroup.parse(JSON.parse(group));
      return {
        method,
        route: route === "" ? null : route,
        service: slug(serviceId),
        calls: totals.requests,
        p95Us: totals.p95Us,
      };
    }),
    byService: byService.map(({ group, totals }) => ({
      id: group === "" ? null : group,
      slug: slug(group),
      totals,
    })),
    bySecret: secretUsage(secrets, bySecret, all.series.length),
  };
}

async function keyOf(actor: Actor, keyId: string) {
  const customerId = customerOf(actor);
  const key = await db().key.findFirst({
    where: { id: keyId, workspaceId: actor.workspaceId, ...(customerId === null ? {} : { customerId }) },
    select: {
      lastUsedAt: true,
      lastUsedFrom: true,
      lastUsedAgent: true,
      secrets: { orderBy: { createdAt: "desc" } },
    },
  });
  if (key === null) throw new Problem("not-found", "No such key.");
  return key;
}

/** Every secret that still works or was used in the range, newest first; the first is the current one. */
function secretUsage(
  secrets: Awaited<ReturnType<typeof keyOf>>["secrets"],
  measured: readonly Measured[],
  buckets: number,
): KeyUsage["bySecret"] {
  const used = new Map(measured.map((one) => [one.group, one]));
  return secrets.flatMap((secret, index) => {
    const calls = used.get(secret.id);
    const works = secret.expiresAt === null || secret.expiresAt > new Date();
    if (calls === undefined && !works) return [];
    return [
      {
        secretId: secret.id,
        masked: maskSecret(secret),
        current: index === 0,
        expiresAt: secret.expiresAt?.toISOString() ?? null,
        lastUsedAt: secret.lastUsedAt?.toISOString() ?? null,
        calls: calls?.totals.requests ?? 0,
        series:
          calls?.series.map(({ ok, limited, denied, error }) => ok + limited + denied + error) ??
          Array.from({ length: buckets }, () => 0),
      },
    ];
  });
}
