import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { Services } from "@/components/services/services";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session";
import type { Actor } from "@/lib/api/actor";
import { names } from "@/lib/client/names";
import { services } from "@/lib/client/services";
import { usage } from "@/lib/client/usage";
import { gatewayUrl } from "@/lib/env";
import { listRules } from "@/lib/rules/read";
import { holds } from "@/lib/scopes/grant";
import { listServices } from "@/lib/services/read";
import { groupUsage } from "@/lib/usage/group-usage";
import { UsageQuestion } from "@/lib/usage/question";

export const metadata: Metadata = { title: "Services" };

/** What each rule is attached to, and no more of it. */
async function rulePlaces(actor: Actor) {
  const { items } = await listRules(actor, { limit: 100 });
  return { items: items.map(({ name, attachments }) => ({ name, attachments })) };
}

export default async function ServicesPage() {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:services"))
    return (
      <Page>
        <PageHead title="Services" />
        <NoPermission things="services" scope="read:services" workspace={workspace.name} />
      </Page>
    );
  return (
    <FirstData
      answers={[
        { queryKey: services.list().queryKey, load: () => listServices(actor, { limit: 25 }) },
        { queryKey: names.rules().queryKey, load: () => rulePlaces(actor) },
        {
          queryKey: usage.by("service", { range: "7d" }).queryKey,
          load: () => groupUsage(actor, UsageQuestion.parse({ groupBy: "service", range: "7d" })),
        },
      ]}
    >
      <Services gateway={gatewayUrl()} workspace={workspace.slug} />
    </FirstData>
  );
}
