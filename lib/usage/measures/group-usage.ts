import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { filteredScope } from "@/lib/usage/measures/filters";
import { measure, measureAll, type Measured } from "@/lib/usage/measures/measure";
import type { Split } from "@/lib/usage/measures/measure-statement";
import { customerNames, keyNames, secretNames, serviceNames } from "@/lib/usage/measures/names";
import type { UsageQuestion } from "@/lib/usage/question";
import type { Usage, UsageGroup } from "@/lib/usage/schema";
import { spanAsked, spanFields } from "@/lib/usage/measures/span";

/** The most points of one answer, over all groups. */
const pointsMax = 30_000;

const splitOf: Record<UsageGroup, Split> = {
  key: "key",
  secret: "secret",
  customer: "customer",
  service: "service",
  route: "route",
  status: "statusClass",
  outcome: "outcome",
};

/**
 * Calls of a stretch of time, in all and split by one thing, most calls first. A caller bound to a customer sees that
 * customer's calls. Needs `read:usage`. Throws `invalid` for a time that is empty, too finely cut or no longer kept.
 */
export async function groupUsage(actor: Actor, question: UsageQuestion): Promise<Usage> {
  requireScope(actor, "read:usage");
  const { groupBy, limit } = question;
  const span = spanAsked(question);
  if (groupBy !== undefined && span.buckets * limit > pointsMax)
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [
        {
          path: "limit",
          message: `is too many groups for ${span.buckets} buckets: at most ${pointsMax} points are answered.`,
        },
      ],
    });
  const scope = await filteredScope(actor, question);
  const all = await measureAll(scope, span);
  const groups = groupBy === undefined ? [] : await measure(scope, { span, by: splitOf[groupBy], limit });
  return {
    range: span.range,
    ...spanFields(span),
    group: groupBy ?? null,
    totals: all.totals,
    series: all.series,
    groups: groupBy === undefined ? [] : await present(actor.workspaceId, { groupBy, groups }),
  };
}

const namesOf = { key: keyNames, secret: secretNames, customer: customerNames, service: serviceNames };

async function present(
  workspaceId: string,
  { groupBy, groups }: { groupBy: UsageGroup; groups: readonly Measured[] },
): Promise<Usage["groups"]> {
  switch (groupBy) {
    case "status":
    case "outcome":
      return groups.map(({ group, totals, series }) => ({ id: group, name: group, totals, series }));
    case "route":
      return groups.map(({ group, totals, series }) => ({ ...routeOf(group), totals, series }));
    case "key":
    case "secret":
    case "customer":
    case "service": {
      const ids = groups.map((one) => one.group);
      const named = await namesOf[groupBy](workspaceId, ids);
      return groups.map(({ group, totals, series }) => ({
        id: group === "" ? null : group,
        name: named.get(group)?.name ?? null,
        totals,
        series,
      }));
    }
  }
}

const Route = z.tuple([z.string(), z.string(), z.string()]);

function routeOf(group: string) {
  const [method, route, service] = Route.parse(JSON.parse(group));
  const named = { method, route: route === "" ? null : route, service: service === "" ? null : service };
  return { id: null, name: route === "" ? method : `${method} ${route}`, route: named };
}
