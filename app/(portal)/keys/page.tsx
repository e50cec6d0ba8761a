import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { KeyTasks } from "@/components/keys/act/key-tasks";
import { KeyList } from "@/components/keys/list/key-list";
import { filtersOf, readListState } from "@/components/keys/list/list-state";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session";
import { keys } from "@/lib/client/keys";
import { gatewayUrl } from "@/lib/env";
import { listKeys } from "@/lib/keys/list";
import { ListKeys } from "@/lib/keys/schema";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Keys" };

type Query = Record<string, string | string[] | undefined>;

function paramsOf(query: Query): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])),
  );
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
  return (
    <FirstData
      answers={[
        { queryKey: keys.list(filters).queryKey, load: () => listKeys(actor, ListKeys.parse(filters)) },
      ]}
    >
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
