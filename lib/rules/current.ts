import { bus } from "@/lib/bus/bus";
import { log } from "@/lib/log";
import { holdRuleset, reportApplied } from "@/lib/nodes/report";
import { processState } from "@/lib/process/state";
import { createRulesetCache, type RulesetCache } from "@/lib/rules/rulesets/cache";
import { findWorkspaces, loadChange, loadRuleset, readWorkspaceStates } from "@/lib/rules/rulesets/load";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";

/** How often versions are compared with the database, for when the bus is down: a change is enforced within this at most. */
export const rulesetPollMs = 2_000;

/** Made on first use, whichever bundle asks first; it hears the bus from then on. */
function cache(): RulesetCache {
  return processState("rulesets", () => {
    const made = createRulesetCache({
      loadRuleset: (workspaceId) => loadRuleset(workspaceId),
      loadChange,
      holds: holdRuleset,
      applies: reportApplied,
      readWorkspaceStates,
      findWorkspaces,
      now: Date.now,
    });
    bus().subscribe((message) => {
      if (message.kind === "ruleset-changed") made.changed(message.workspaceId, message.version);
    });
    const poll = () =>
      void made
        .poll()
        .catch((error: unknown) => log.warn({ err: error }, "ruleset versions could not be compared"));
    setInterval(poll, rulesetPollMs).unref();
    return made;
  });
}

/**
 * The ruleset that this node applies in a workspace, synchronous once loaded. Rejects with `unavailable` when none can
 * be loaded, so that nothing is ever allowed for want of rules; one that was loaded keeps answering while the database is away.
 */
export function currentRuleset(workspaceId: string): CompiledRuleset | Promise<CompiledRuleset> {
  return cache().current(workspaceId);
}

/** The same by the workspace's slug; null when no workspace has it. */
export function currentRulesetBySlug(slug: string): CompiledRuleset | null | Promise<CompiledRuleset | null> {
  return cache().currentBySlug(slug);
}

/** The version that this node applies in a workspace, or null before it loaded any. */
export function appliedVersion(workspaceId: string): number | null {
  return cache().appliedVersion(workspaceId);
}

/**
 * Tells every node of a new version and waits until this one applies it, so that a writer's next call meets its change.
 * Never rejects: the change is stored, and a node that cannot load it now will.
 */
export async function announceRuleset(workspaceId: string, version: number): Promise<void> {
  const rulesets = cache();
  try {
    await bus().publish({ kind: "ruleset-changed", workspaceId, version });
    await rulesets.applied(workspaceId, version);
  } catch (error) {
    log.warn({ err: error, workspaceId, version }, "a new ruleset is stored but not applied here yet");
  }
}
