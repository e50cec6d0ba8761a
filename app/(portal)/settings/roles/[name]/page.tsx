import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { RolePage } from "@/components/roles/role-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { roles } from "@/lib/client/people/roles";
import { readRole } from "@/lib/roles/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Role" };

export default async function OneRole({ params }: { params: Promise<{ name: string }> }) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:roles"))
    return (
      <Page>
        <PageHead title="Role" crumb={{ label: "Roles and scopes", href: "/settings/roles" }} />
        <NoPermission things="roles" scope="read:roles" workspace={workspace.name} />
      </Page>
    );
  const name = decodeURIComponent((await params).name);
  return (
    <FirstData answers={[{ queryKey: roles.detail(name).queryKey, load: () => readRole(actor, name) }]}>
      <RolePage name={name} workspace={workspace.name} />
    </FirstData>
  );
}
