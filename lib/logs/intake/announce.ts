import { bus } from "@/lib/bus/bus";
import { processState } from "@/lib/process/state";

type Announcing = "under way" | "once more";

const announcing = () => processState("log-announcements", () => new Map<string, Announcing>());

/** Tells every node that a workspace has new lines; what happens while that is being told is told once more, together. */
export function announceLines(workspaceId: string): void {
  const state = announcing();
  if (state.has(workspaceId)) state.set(workspaceId, "once more");
  else void announce(state, workspaceId);
}

async function announce(state: Map<string, Announcing>, workspaceId: string): Promise<void> {
  do {
    state.set(workspaceId, "under way");
    await bus().publish({ kind: "logs-written", workspaceId });
  } while (state.get(workspaceId) === "once more");
  state.delete(workspaceId);
}
