import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { readMatrixFilters } from "@/components/matrix/filters";
import { MatrixPage } from "@/components/matrix/matrix-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session";
import { matrix, windowQuery } from "@/lib/client/matrix";
import { readMatrix } from "@/lib/matrix/read-matrix";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Matrix" };

export default async function MatrixRoute({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { actor, workspace } = await requirePortalSession();
  const missing = (["read:rules", "read:keys"] as const).find((scope) => !holds(actor.scopes, scope));
  if (missing !== undefined)
    return (
      <Page>
        <PageHead title="Matrix" />
        <NoPermission things="the matrix" scope={missing} workspace={workspace.name} />
      </Page>
    );
  const given = await searchParams;
  const filters = readMatrixFilters({ get: (name) => [given[name]].flat()[0] ?? null });
  const first = { filters, row: 0, column: 0 };
  return (
    <FirstData
      answers={[
        { queryKey: matrix.window(first).queryKey, load: () => readMatrix(actor, windowQuery(first)) },
      ]}
    >
      <MatrixPage workspace={workspace.name} />
    </FirstData>
  );
}
