"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { FindProvider, type FindSource } from "@/components/shell/find-or-do";
import { PermissionsProvider } from "@/components/shell/permissions";
import { Toaster } from "@/components/ui/overlay/toaster";

/** HTTP status of a failed request, when the error carries one as problems do. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("status" in error)) return undefined;
  return typeof error.status === "number" ? error.status : undefined;
}

/** What was refused stays refused; what may have been an accident is tried twice more. */
function retry(failures: number, error: unknown): boolean {
  const status = statusOf(error);
  return failures < 2 && (status === undefined || status >= 500);
}

function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry, staleTime: 10_000, refetchOnWindowFocus: true }, mutations: { retry: false } },
  });
}

export interface ProvidersProps {
  /** Scopes of the signed-in person. */
  scopes: readonly string[];
  /** What Find or do searches besides its own commands. */
  find?: FindSource | undefined;
  children: ReactNode;
}

/** Everything the portal's client parts lean on: queries, permissions, Find or do, toasts. */
export function Providers({ scopes, find, children }: ProvidersProps) {
  const [client] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={client}>
      <PermissionsProvider scopes={scopes}>
        <FindProvider find={find}>{children}</FindProvider>
        <Toaster />
      </PermissionsProvider>
    </QueryClientProvider>
  );
}
