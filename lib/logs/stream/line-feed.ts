import { sql } from "@/lib/db/client";
import { workspaceFeeds } from "@/lib/events/stream/workspace-feeds";
import type { PlacedLine } from "@/lib/logs/rows/placed-line";
import {
  writtenLine,
  writtenSelect,
  writtenServiceJoin,
  type WrittenRow,
} from "@/lib/logs/rows/written-line";

const rowsPerRead = 200;

/** Written lines as they are stored, by position. */
const feeds = workspaceFeeds<PlacedLine>({
  name: "log-line-feeds",
  newestPlace,
  rowsBehind: linesBehind,
  rowsPerRead,
  placeOf: ({ place }) => place,
  storedIn: (message) => (message.kind === "logs-written" ? [message.workspaceId] : []),
});

/** Adds a follower of a workspace's written lines. It gets every one behind the position that is answered. */
export const followLines = feeds.follow;

/** Workspaces whose lines someone follows here. */
export const followedLogs = feeds.followed;

/** Ends every live log, when the process stops. */
export const closeLineFeeds = feeds.end;

/** The place of the newest line that was ever written there. */
export async function newestPlace(workspaceId: string): Promise<number> {
  const { rows } = await sql().query<{ log_position: string }>(
    "select log_position from trail where workspace_id = $1",
    [workspaceId],
  );
  return Number(rows[0]?.log_position ?? 0);
}

async function linesBehind(workspaceId: string, position: number): Promise<PlacedLine[]> {
  const { rows } = await sql().query<WrittenRow>(
    `select ${writtenSelect} from log_line ${writtenServiceJoin}
      where log_line.workspace_id = $1 and position > $2 order by position limit ${rowsPerRead}`,
    [workspaceId, position],
  );
  return rows.map(writtenLine);
}
