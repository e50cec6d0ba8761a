import type { Metadata } from "next";
import { type FirstAnswer, FirstData } from "@/app/(portal)/first-data";
import { KeyTasks } from "@/components/keys/act/key-tasks";
import { KeyList } from "@/components/keys/list/key-list";
import { filtersOf, readListState } from "@/components/keys/list/list-state";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import type { Actor } from "@/lib/api/actor";
import { type KeyFilters, keys } from "@/lib/client/keys";
import { gatewayUrl } from "@/lib/env";
import { listKeys } from "@/lib/keys/reading/list";
import { type KeyPage, ListKeys } from "@/lib/keys/reading/schema";
import { holds } from "@/lib/scopes/grant";
import { sparklines } from "@/lib/usage/measures/sparklines";

export const metadata: Metadata = { title: "Keys" };

type Query = Record<string, string | string[] | undefined>;

function paramsOf(query: Query): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])),
  );
}

/** The page of keys, and thirty days of calls for its rows. */
function firstAnswers(
  actor: Actor,
  { filters, page }: { filters: KeyFilters; page: KeyPage },
): readonly FirstAnswer[] {
  const ids = page.items.map(({ id }) => id);
  const list = { queryKey: keys.list(filters).queryKey, load: () => Promise.resolve(page) };
  if (ids.length === 0) return [list];
  const lines = async () => ({ items: await sparklines(actor, ids) });
  return [list, { queryKey: keys.sparklines(ids).queryKey, load: lines }];
}

export default async function KeysPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { actor, workspace, role, customer } = await requirePortalSession();
  if (!holds(actor.scopes, "read:keys"))
    return (
      <Page>
        <PageHead title="Keys" />
        <NoPermission things="keys" scope="read:keys" workspace={workspace.name} />
      </Page>
    );
  const filters = filtersOf(readListState(paramsOf(await searchParams)));
  const page = await listKeys(actor, ListKeys.parse(filters)).catch(() => null);
  return (
    <FirstData answers={page === null ? [] : firstAnswers(actor, { filters, page })}>
      <KeyTasks
        gateway={gatewayUrl()}
        workspace={workspace.slug}
        mayLimit={customer === null && (role === "owner" || role === "admin")}
      >
        <KeyList workspace={workspace.name} />
      </KeyTasks>
    </FirstData>
  );
}
