import type { Metadata } from "next";
import { headers } from "next/headers";
import { FirstData } from "@/app/(portal)/first-data";
import { paramsOf, type Query } from "@/app/(portal)/params-of";
import { Issuers } from "@/components/issuers/issuers";
import { readSearchFilters } from "@/components/lists/search-filters";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { issuers } from "@/lib/client/issuers";
import { listIssuers } from "@/lib/issuers/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "JWT issuers" };

export default async function IssuersPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:issuers"))
    return (
      <SettingsFrame current="issuers">
        <NoPermission things="JWT issuers" scope="read:issuers" workspace={workspace.name} />
      </SettingsFrame>
    );
  const filters = readSearchFilters(paramsOf(await searchParams));
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <FirstData
      answers={[{ queryKey: issuers.list(filters).queryKey, load: () => listIssuers(actor, filters) }]}
    >
      <Issuers nonce={nonce} />
    </FirstData>
  );
}
