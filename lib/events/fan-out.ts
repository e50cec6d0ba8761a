import type { LiveRows } from "@/lib/events/loading/live-rows";
import {
  decisionsAfter,
  loadedRecord,
  newestSeq,
  type LoadedDecision,
} from "@/lib/events/stream/loaded-decision";
import { workspaceFeeds } from "@/lib/events/stream/workspace-feeds";
import { nodeName } from "@/lib/process/node-name";

const rowsPerRead = 1_000;

/** Decisions as they are stored, by sequence number. */
const feeds = workspaceFeeds<LoadedDecision>({
  name: "decision-fan-out",
  newestPlace: newestSeq,
  rowsBehind: (workspaceId, after) => decisionsAfter({ workspaceId, after, limit: rowsPerRead }),
  rowsPerRead,
  placeOf: ({ seq }) => seq,
  storedIn: (message) => (message.kind === "decisions-loaded" ? message.workspaceIds : []),
});

/** Adds a follower of a workspace's decisions. It gets every one behind the position that is answered. */
export const followWorkspace = feeds.follow;

/** Workspaces whose rows someone follows here; the loader asks for their last position while it holds its lock. */
export const liveWorkspaces = feeds.followed;

/** Tells whenever the workspaces change that are followed here; answers how to end that. */
export const onFollowed = feeds.onFollowed;

/** Ends every live stream, when the process stops. */
export const closeFanOut = feeds.end;

/** Hands out rows that this process just stored. */
export function deliverLoaded(stored: readonly LiveRows[]): void {
  const node = nodeName();
  for (const { workspaceId, before, rows } of stored)
    feeds.deliver({
      workspaceId,
      before,
      rows: rows && (() => rows.map(({ seq, record }) => loadedRecord(record, { seq, node }))),
    });
}
