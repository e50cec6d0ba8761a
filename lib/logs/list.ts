import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import type { PageQuery } from "@/lib/lists/schema";
import { boundLogFilters } from "@/lib/logs/rows/log-filter";
import { newestLines } from "@/lib/logs/rows/newest-lines";
import type { LogPoint } from "@/lib/logs/rows/placed-line";
import { LogSource, type LogFilters, type LogPage } from "@/lib/logs/schema";

const list = "logs";

/**
 * Lines of the workspace, newest first: those that services wrote, and the gateway's calls, which are stored as decisions
 * only. One bound to a customer sees its customer's. Needs `read:logs`.
 */
export async function listLogs(
  actor: Actor,
  { cursor, limit, ...filters }: LogFilters & PageQuery,
): Promise<LogPage> {
  requireScope(actor, "read:logs");
  const { lines, next } = await newestLines({
    workspaceId: actor.workspaceId,
    filters: await boundLogFilters(actor, filters),
    limit,
    behind: cursor === undefined ? null : pointIn(cursor),
    upTo: null,
  });
  return {
    items: lines.map(({ line }) => line),
    nextCursor: next === null ? null : encodeCursor(list, [next.at, next.source, next.place]),
  };
}

const Cursor = z.tuple([z.string(), LogSource, z.number()]);

function pointIn(cursor: string): LogPoint {
  const point = Cursor.safeParse(decodeCursor(list, cursor)).data;
  if (point === undefined) throw new Problem("bad-request", "This cursor is not one of this list.");
  const [at, source, place] = point;
  return { at, source, place };
}
