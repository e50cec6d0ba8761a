import { Problem } from "@/lib/api/problem";
import { processState } from "@/lib/process/state";

/** Replays of one workspace that may run on a node at once. */
export const replaysMax = 2;

const running = processState("replays", () => new Map<string, number>());

/** Takes a place among a workspace's running replays and answers how to give it back. Throws `rate-limited` when there is none. */
export function takeReplayPlace(workspaceId: string): () => void {
  const count = running.get(workspaceId) ?? 0;
  if (count >= replaysMax)
    throw new Problem("rate-limited", `${replaysMax} replays of this workspace run already.`, {
      retryAfterSeconds: 5,
    });
  running.set(workspaceId, count + 1);
  let given = false;
  return () => {
    if (given) return;
    given = true;
    const left = (running.get(workspaceId) ?? 1) - 1;
    if (left === 0) running.delete(workspaceId);
    else running.set(workspaceId, left);
  };
}
