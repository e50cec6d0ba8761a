import { sql } from "@/lib/db/client";
import { portalUrl } from "@/lib/env";

/** Whether a page of this origin may use a workspace's portal sessions. A caller that names no origin is no browser's page. */
export function mayUseFrom(origin: string | null, allowedOrigins: readonly string[]): boolean {
  return origin === null || origin === portalUrl() || allowedOrigins.includes(origin);
}

/**
 * Whether any workspace lists this origin. That is all a preflight can ask, for it carries no token; the request that
 * follows is held against its own workspace's list.
 */
export async function isListedSomewhere(origin: string): Promise<boolean> {
  const { rows } = await sql().query("select 1 from workspace where allowed_origins @> array[$1] limit 1", [
    origin,
  ]);
  return rows.length > 0;
}
