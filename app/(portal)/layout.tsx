import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { Shell } from "@/components/shell/shell";
import { requirePortalSession } from "@/lib/accounts/session";
import { readFacts } from "./shell-facts/read-facts";
import { switchWorkspace } from "./switch-workspace";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const session = await requirePortalSession();
  const { user, role, workspace, workspaces, scopes } = session;
  return (
    <Providers scopes={scopes}>
      <Shell
        user={user}
        role={role}
        workspace={workspace}
        workspaces={workspaces}
        onSwitch={switchWorkspace}
        facts={await readFacts(session)}
      >
        {children}
      </Shell>
    </Providers>
  );
}
