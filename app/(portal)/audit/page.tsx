import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { AuditPage } from "@/components/audit/audit-page";
import { auditFilters } from "@/components/audit/filters";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { readStanding } from "@/lib/audit/standing";
import { auditChain } from "@/lib/client/records/audit";
import { audit } from "@/lib/client/records/decisions";
import { listAudit } from "@/lib/events/trail/list-audit";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Audit" };

export default async function AuditTrailPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:audit"))
    return (
      <Page>
        <PageHead title="Audit" />
        <NoPermission things="the audit trail" scope="read:audit" workspace={workspace.name} />
      </Page>
    );
  const given = await searchParams;
  const filters = auditFilters.read({ get: (name) => [given[name]].flat()[0] ?? null });
  return (
    <FirstData
      answers={[
        {
          queryKey: audit.list(filters, 50).queryKey,
          firstPage: () => listAudit(actor, { ...filters, limit: 50 }),
        },
        { queryKey: auditChain.standing().queryKey, load: () => readStanding(actor) },
      ]}
    >
      <AuditPage />
    </FirstData>
  );
}
