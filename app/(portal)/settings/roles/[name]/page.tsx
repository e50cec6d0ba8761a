import type { Metadata } from "next";
import { type FirstAnswer, FirstData } from "@/app/(portal)/first-data";
import { RolePage } from "@/components/roles/role-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import type { Actor } from "@/lib/api/actor";
import { keys } from "@/lib/client/keys";
import { roles } from "@/lib/client/people/roles";
import { scopes } from "@/lib/client/people/scopes";
import { listKeys } from "@/lib/keys/reading/list";
import { ListKeys } from "@/lib/keys/reading/schema";
import { readRole } from "@/lib/roles/read";
import { holds } from "@/lib/scopes/grant";
import { listScopes } from "@/lib/scopes/list";

export const metadata: Metadata = { title: "Role" };

/** The role, which keys have it, and what the workspace's own scopes mean. */
function firstAnswers(actor: Actor, name: string): readonly FirstAnswer[] {
  const having = { role: name, limit: 10, sort: "lastUsed" } as const;
  const own = { kind: "workspace", limit: 100 } as const;
  return [
    { queryKey: roles.detail(name).queryKey, load: () => readRole(actor, name) },
    { queryKey: keys.list(having).queryKey, load: () => listKeys(actor, ListKeys.parse(having)) },
    { queryKey: scopes.list(own).queryKey, load: () => listScopes(actor, own) },
  ];
}

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
    <FirstData answers={firstAnswers(actor, name)}>
      <RolePage name={name} workspace={workspace.name} />
    </FirstData>
  );
}
