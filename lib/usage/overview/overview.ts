import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { attention } from "@/lib/usage/overview/attention";
import { measure, measureAll, scopeOf } from "@/lib/usage/measures/measure";
import { keyNames, serviceNames } from "@/lib/usage/measures/names";
import type { Overview, TopKey, UsageBucket, UsageQuery } from "@/lib/usage/schema";
import { spanBefore, spanFields, spanOf } from "@/lib/usage/measures/span";

const topMax = 6;
const sparkMax = 30;

/** Everything that the overview page shows. A customer's key sees its customer's calls and keys. */
export async function overview(actor: Actor, { range, environment }: UsageQuery): Promise<Overview> {
  requireScope(actor, "read:usage");
  const span = spanOf(range);
  const scope = scopeOf(actor, { environment });
  const all = await measureAll(scope, span);
  const previous = await measureAll(scope, spanBefore(span));
  // One more than is shown, because calls without key or service form a group too.
  const keys = (await measure(scope, { span, by: "key", limit: topMax + 1 }))
    .filter(({ group }) => group !== "")
    .slice(0, topMax);
  const services = (await measure(scope, { span, by: "service", limit: topMax + 1 }))
    .filter(({ group }) => group !== "")
    .slice(0, topMax);
  const keysNamed = await keyNames(
    actor.workspaceId,
    keys.map((one) => one.group),
  );
  const servicesNamed = await serviceNames(
    actor.workspaceId,
    services.map((one) => one.group),
  );
  return {
    range,
    ...spanFields(span),
    totals: all.totals,
    previous: previous.totals,
    series: all.series,
    topKeys: keys.map(({ group, totals, series }) => {
      const key = keysNamed.get(group);
      const environment = key === undefined ? null : key.environment === "test" ? "test" : "live";
      return { id: group, name: key?.name ?? group, environment, totals, spark: sparkOf(series) };
    }),
    topServices: services.map(({ group, totals, series }) => {
      const service = servicesNamed.get(group);
      const visibility =
        service === undefined ? null : service.visibility === "public" ? "public" : "private";
      return { id: group, slug: service?.slug ?? group, visibility, totals, spark: sparkOf(series) };
    }),
    counts: {
      ...(await counts(actor, environment)),
      // How many the workspace has is not a customer's to know.
      ...(scope.customerId === null ? {} : { services: services.length }),
    },
    attention: await attention(scope),
  };
}

/** At most 30 bars: neighbours are added where there are more. */
function sparkOf(series: readonly UsageBucket[]): TopKey["spark"] {
  const step = Math.ceil(series.length / sparkMax);
  return Array.from({ length: Math.ceil(series.length / step) }, (_, index) =>
    series.slice(index * step, (index + 1) * step).reduce(
      (sum, { ok, limited, denied, error }) => ({
        ok: sum.ok + ok,
        bad: sum.bad + limited + denied + error,
      }),
      { ok: 0, bad: 0 },
    ),
  );
}

async function counts(actor: Actor, environment: "live" | "test" | undefined): Promise<Overview["counts"]> {
  const { workspaceId } = actor;
  const customerId = customerOf(actor);
  const keys = await db().key.count({
    where: {
      workspaceId,
      revokedAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
      ...(environment === undefined ? {} : { environment }),
      ...(customerId === null ? {} : { customerId }),
    },
  });
  return { keys, services: await db().service.count({ where: { workspaceId } }) };
}
