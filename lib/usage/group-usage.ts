import { requireScope, type Actor } from "@/lib/api/actor";
import { measure, measureAll, scopeOf } from "@/lib/usage/measure";
import { customerNames, keyNames, serviceNames } from "@/lib/usage/names";
import type { Usage, UsageGroup, UsageQuery } from "@/lib/usage/schema";
import { spanFields, spanOf } from "@/lib/usage/span";

const groupsMax = 50;

const names = { key: keyNames, service: serviceNames, customer: customerNames };

/** Calls of a range by key, service or customer, most calls first. A customer's key sees its customer's calls. */
export async function groupUsage(
  actor: Actor,
  { group, range, environment }: UsageQuery & { group: UsageGroup },
): Promise<Usage> {
  requireScope(actor, "read:usage");
  const span = spanOf(range);
  const scope = scopeOf(actor, { environment });
  const all = await measureAll(scope, span);
  const groups = await measure(scope, { span, by: group, limit: groupsMax });
  const named = await names[group](
    actor.workspaceId,
    groups.map((one) => one.group),
  );
  return {
    range,
    ...spanFields(span),
    group,
    totals: all.totals,
    series: all.series,
    groups: groups.map((one) => ({
      id: one.group === "" ? null : one.group,
      name: named.get(one.group)?.name ?? null,
      totals: one.totals,
      series: one.series,
    })),
  };
}
