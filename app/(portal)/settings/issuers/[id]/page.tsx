import type { Metadata } from "next";
import { headers } from "next/headers";
import { FirstData } from "@/app/(portal)/first-data";
import { IssuerPage } from "@/components/issuers/issuer-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { issuers } from "@/lib/client/issuers";
import { readIssuer } from "@/lib/issuers/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "JWT issuer" };

export default async function OneIssuer({ params }: { params: Promise<{ id: string }> }) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:issuers"))
    return (
      <Page>
        <PageHead title="Issuer" crumb={{ label: "JWT issuers", href: "/settings/issuers" }} />
        <NoPermission things="JWT issuers" scope="read:issuers" workspace={workspace.name} />
      </Page>
    );
  const { id } = await params;
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <FirstData answers={[{ queryKey: issuers.detail(id).queryKey, load: () => readIssuer(actor, id) }]}>
      <IssuerPage id={id} workspace={workspace.name} nonce={nonce} />
    </FirstData>
  );
}
