import type { Metadata } from "next";
import { headers } from "next/headers";
import { FirstData } from "@/app/(portal)/first-data";
import { firstNames } from "@/app/(portal)/first-names";
import { paramsOf, type Query } from "@/app/(portal)/params-of";
import { DatastorePage } from "@/components/datastore/datastore-page";
import { readStoreFilters } from "@/components/datastore/store-filters";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { datastore } from "@/lib/client/datastore";
import { listValues } from "@/lib/datastore/list";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Datastore" };

export default async function Datastore({ searchParams }: { searchParams: Promise<Query> }) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "get:datastore"))
    return (
      <Page>
        <PageHead title="Datastore" />
        <NoPermission things="the datastore" scope="get:datastore" workspace={workspace.name} />
      </Page>
    );
  const filters = readStoreFilters(paramsOf(await searchParams));
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <FirstData
      answers={[
        { queryKey: datastore.list(filters).queryKey, load: () => listValues(actor, filters) },
        ...(holds(actor.scopes, "read:customers") ? [firstNames.customers(actor)] : []),
      ]}
    >
      <DatastorePage nonce={nonce} />
    </FirstData>
  );
}
