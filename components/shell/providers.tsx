"use client";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { FindProvider, type FindSource } from "@/components/shell/find-or-do";
import { PermissionsProvider } from "@/components/shell/permissions";
import { Toaster } from "@/components/ui/overlay/toaster";
import { createQueryClient } from "@/lib/client/query-client";

export interface ProvidersProps {
  /** Scopes of the signed-in person. */
  scopes: readonly string[];
  /** What Find or do searches besides its own commands. */
  find?: FindSource | undefined;
  children: ReactNode;
}

/** Everything the portal's client parts lean on: queries, permissions, Find or do, toasts. */
export function Providers({ scopes, find, children }: ProvidersProps) {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <PermissionsProvider scopes={scopes}>
        <FindProvider find={find}>{children}</FindProvider>
        <Toaster />
      </PermissionsProvider>
    </QueryClientProvider>
  );
}
