import type { Metadata } from "next";
import { type FirstAnswer, FirstData } from "@/app/(portal)/first-data";
import { paramsOf, type Query } from "@/app/(portal)/params-of";
import { readSearchFilters } from "@/components/lists/search-filters";
import { RolesAndScopes } from "@/components/roles/roles-and-scopes";
import { everyPlatformEntry, readOwnScopeFilters, readRolesView } from "@/components/roles/roles-view";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import type { Actor } from "@/lib/api/actor";
import { roles } from "@/lib/client/people/roles";
import { scopes } from "@/lib/client/people/scopes";
import { listRoles } from "@/lib/roles/read";
import { holds } from "@/lib/scopes/grant";
import { listScopes } from "@/lib/scopes/list";

export const metadata: Metadata = { title: "Roles and scopes" };

function firstAnswer(actor: Actor, params: URLSearchParams): FirstAnswer {
  switch (readRolesView(params)) {
    case "roles": {
      const filters = readSearchFilters(params);
      return { queryKey: roles.list(filters).queryKey, load: () => listRoles(actor, filters) };
    }
    case "scopes": {
      const filters = readOwnScopeFilters(params);
      return { queryKey: scopes.list(filters).queryKey, load: () => listScopes(actor, filters) };
    }
    case "platform":
      return {
        queryKey: scopes.list(everyPlatformEntry).queryKey,
        load: () => listScopes(actor, everyPlatformEntry),
      };
  }
}

export default async function RolesPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:roles"))
    return (
      <SettingsFrame current="roles">
        <NoPermission things="roles" scope="read:roles" workspace={workspace.name} />
      </SettingsFrame>
    );
  return (
    <FirstData answers={[firstAnswer(actor, paramsOf(await searchParams))]}>
      <RolesAndScopes />
    </FirstData>
  );
}
