import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { firstNames } from "@/app/(portal)/first-names";
import { logFilters } from "@/components/logs/filters";
import { Logs } from "@/components/logs/logs";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { logs } from "@/lib/client/records/logs";
import { portalUrl } from "@/lib/env";
import { listLogs } from "@/lib/logs/list";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Logs" };

export default async function LogsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:logs"))
    return (
      <Page>
        <PageHead title="Logs" />
        <NoPermission things="logs" scope="read:logs" workspace={workspace.name} />
      </Page>
    );
  const given = await searchParams;
  const filters = logFilters.shown({ get: (name) => [given[name]].flat()[0] ?? null });
  const firstCall = `curl ${portalUrl()}/api/v1/logs \\
  -H "Authorization: Bearer $LATCHKEY_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"message": "Hello", "level": "info"}'`;
  return (
    <FirstData
      answers={[
        {
          queryKey: logs.list(filters).queryKey,
          firstPage: () => listLogs(actor, { ...filters, limit: 50 }),
        },
        firstNames.services(actor),
      ]}
    >
      <Logs firstCall={firstCall} />
    </FirstData>
  );
}
