import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { Shell } from "@/components/shell/shell";
import { requirePortalSession } from "@/lib/accounts/session";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const session = await requirePortalSession();
  return (
    <Providers scopes={session.scopes}>
      <Shell user={session.user} role={session.role} workspace={session.workspace} workspaces={session.workspaces}>
        {children}
      </Shell>
    </Providers>
  );
}
