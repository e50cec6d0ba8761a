import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { Sinks } from "@/components/sinks/sinks";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { sinks } from "@/lib/client/records/sinks";
import { holds } from "@/lib/scopes/grant";
import { listSinks } from "@/lib/sinks/read";

export const metadata: Metadata = { title: "Sinks" };

export default async function SinksPage() {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:sinks"))
    return (
      <SettingsFrame current="sinks">
        <NoPermission things="sinks" scope="read:sinks" workspace={workspace.name} />
      </SettingsFrame>
    );
  return (
    <FirstData answers={[{ queryKey: sinks.list().queryKey, load: () => listSinks(actor, { limit: 100 }) }]}>
      <Sinks />
    </FirstData>
  );
}
