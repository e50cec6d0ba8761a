import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { Shell } from "@/components/shell/shell";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { readFacts } from "./shell-facts/read-facts";
import { switchWorkspace } from "./switch-workspace";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const session = await requirePortalSession();
  const { user, role, place, workspaces, scopes, customer } = session;
  return (
    <Providers scopes={scopes} side={customer === null ? "workspace" : "customer"}>
      <Shell
        user={user}
        role={role}
        workspace={place}
        workspaces={workspaces}
        onSwitch={switchWorkspace}
        facts={await readFacts(session)}
      >
        {children}
      </Shell>
    </Providers>
  );
}
