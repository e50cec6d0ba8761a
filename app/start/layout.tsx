import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { StartTop } from "@/components/start/start-top";
import { requirePortalSession } from "@/lib/accounts/session/session";

export default async function StartLayout({ children }: { children: ReactNode }) {
  const session = await requirePortalSession();
  return (
    <Providers scopes={session.scopes}>
      <StartTop workspace={session.workspace.name} />
      {children}
    </Providers>
  );
}
