import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { firstNames } from "@/app/(portal)/first-names";
import { Services } from "@/components/services/services";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { services } from "@/lib/client/services";
import { usage } from "@/lib/client/records/usage";
import { gatewayUrl } from "@/lib/env";
import { holds } from "@/lib/scopes/grant";
import { listServices } from "@/lib/services/read";
import { groupUsage } from "@/lib/usage/measures/group-usage";
import { UsageQuestion } from "@/lib/usage/question";

export const metadata: Metadata = { title: "Services" };

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
        firstNames.rules(actor),
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
