import type { AuditErasure } from "@/lib/audit/schema";
import { queryOptions } from "@tanstack/react-query";
import { unreachable } from "@/lib/client/request/problem-error";
import { request, send } from "@/lib/client/request/request";

const schemas = () => import("@/lib/audit/schema");

/** The chain of audit entries: how far it is signed, and whether it holds. Entries are `audit.list` of decisions. */
export const auditChain = {
  all: ["audit-chain"] as const,
  /** Where it ends and how far it is signed; reads no entry. */
  standing: () =>
    queryOptions({
      queryKey: [...auditChain.all, "standing"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).AuditStanding, { path: "/audit/head", signal }),
      refetchInterval: 5_000,
    }),
  /** Reads the whole chain; asked only when someone wants it. */
  verification: () =>
    queryOptions({
      queryKey: [...auditChain.all, "verification"] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).AuditVerification, { path: "/audit/verify", signal }),
      enabled: false,
      retry: false,
    }),
};

/** A trail as a file, signed at its end. `from` and `to` are RFC 3339. Half an export is never answered. */
export async function exportTrail({
  query,
  signal,
}: {
  query: { from?: string | undefined; to?: string | undefined };
  signal: AbortSignal;
}): Promise<{ file: Blob; fileName: string }> {
  const response = await send({ path: "/audit/export", query, signal }, { accept: "application/x-ndjson" });
  const file = await response.blob().catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw unreachable();
  });
  const said = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  return { file, fileName: said ?? "audit.ndjson" };
}

/** Blanks what entries say of a person. */
export function eraseEntries(body: { entries: readonly string[]; reason: string }): Promise<AuditErasure> {
  return request(async () => (await schemas()).AuditErasure, {
    path: "/audit/erasures",
    method: "POST",
    body,
  });
}
