import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { WorkspaceSettings } from "@/components/settings/workspace-settings";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { readWorkspace } from "@/lib/accounts/workspace";
import { workspace } from "@/lib/client/people/members";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  const { actor } = await requirePortalSession();
  return (
    <FirstData answers={[{ queryKey: workspace.current().queryKey, load: () => readWorkspace(actor) }]}>
      <SettingsFrame current="workspace">
        <WorkspaceSettings />
      </SettingsFrame>
    </FirstData>
  );
}
