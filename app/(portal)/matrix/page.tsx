import type { Metadata } from "next";
import { type FirstAnswer, FirstData } from "@/app/(portal)/first-data";
import { readMatrixFilters } from "@/components/matrix/filters";
import { MatrixPage } from "@/components/matrix/matrix-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import type { Actor } from "@/lib/api/actor";
import { matrix, windowQuery, type MatrixWindow } from "@/lib/client/rules/matrix";
import { readCell } from "@/lib/matrix/read-cell";
import { readMatrix } from "@/lib/matrix/read-matrix";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Matrix" };

/** The first window, and the cell that the page begins with. */
async function firstAnswers(actor: Actor, first: MatrixWindow): Promise<readonly FirstAnswer[]> {
  const shown = await readMatrix(actor, windowQuery(first)).catch(() => null);
  if (shown === null) return [];
  const known = { queryKey: matrix.window(first).queryKey, load: () => Promise.resolve(shown) };
  const [credential, service] = [shown.credentials[0]?.id, shown.services[0]?.slug];
  if (credential === undefined || service === undefined) return [known];
  const place = { credential, service };
  return [known, { queryKey: matrix.cell(place).queryKey, load: () => readCell(actor, place) }];
}

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
  return (
    <FirstData answers={await firstAnswers(actor, { filters, row: 0, column: 0 })}>
      <MatrixPage workspace={workspace.name} />
    </FirstData>
  );
}
