"use client";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { FindProvider } from "@/components/shell/find/find-or-do";
import { PermissionsProvider } from "@/components/shell/permissions";
import { type Side, SideProvider } from "@/components/shell/side";
import { Toaster } from "@/components/ui/overlay/toaster";
import { createQueryClient } from "@/lib/client/request/query-client";

export interface ProvidersProps {
  /** Scopes of the signed-in person. */
  scopes: readonly string[];
  /** Whose pages they see; the workspace's unless said. */
  side?: Side;
  children: ReactNode;
}

/** Everything the portal's client parts lean on: queries, permissions, Find or do, toasts. */
export function Providers({ scopes, side = "workspace", children }: ProvidersProps) {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <PermissionsProvider scopes={scopes}>
        <SideProvider side={side}>
          <FindProvider>{children}</FindProvider>
        </SideProvider>
        <Toaster />
      </PermissionsProvider>
    </QueryClientProvider>
  );
}
