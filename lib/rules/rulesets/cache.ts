import { Problem } from "@/lib/api/problem";
import { log } from "@/lib/log";
import { buildInTurns } from "@/lib/rules/rulesets/build-in-turns";
import type { WorkspaceState } from "@/lib/rules/rulesets/load";
import { createSlugDirectory } from "@/lib/rules/rulesets/slug-directory";
import {
  changeRuleset,
  withoutStopped,
  type CompiledRuleset,
  type RulesetChange,
  type RulesetSource,
} from "@/lib/rules/verdict/ruleset";

/** What a cache asks of the outside; tests put their own in. */
interface Outside {
  loadRuleset(workspaceId: string): Promise<RulesetSource | null>;
  /** What is new since a version; "whole" where only a load can tell. */
  loadChange(workspaceId: string, version: number): Promise<RulesetChange | "whole" | null>;
  /** Before the first load of a workspace: others may wait for this node from now on. */
  holds(workspaceId: string): Promise<void>;
  /** A version is applied here, or, with null, none is any more. */
  applies(workspaceId: string, version: number | null): void;
  readWorkspaceStates(ids: readonly string[]): Promise<WorkspaceState[]>;
  findWorkspaces(slugs: readonly string[]): Promise<WorkspaceState[]>;
  /** Milliseconds since 1970. */
  now(): number;
}

interface Entry {
  ruleset: CompiledRuleset | null;
  /** The newest version that this node heard of. */
  heardOf: number;
  loading: Promise<CompiledRuleset> | null;
  usedAtMs: number;
}

/** The rulesets that a node holds, one at a time for each workspace, swapped whole. */
export interface RulesetCache {
  current(workspaceId: string): CompiledRuleset | Promise<CompiledRuleset>;
  currentBySlug(slug: string): CompiledRuleset | null | Promise<CompiledRuleset | null>;
  appliedVersion(workspaceId: string): number | null;
  /** Heard of a new version: reloads what is held. */
  changed(workspaceId: string, version: number): void;
  /** Resolves once `version` or a newer one is applied here. */
  applied(workspaceId: string, version: number): Promise<void>;
  /** Compares versions and slugs with the database, and lets go of what was not asked for in a while. */
  poll(): Promise<void>;
}

/** A ruleset that nobody asked for in this time is let go. */
const idleMs = 600_000;

/** A load that meets newer and newer versions gives its newest after this many turns; the next change loads again. */
const turnsMax = 20;

export function createRulesetCache(outside: Outside): RulesetCache {
  const entries = new Map<string, Entry>();
  const directory = createSlugDirectory(outside);

  function entryOf(workspaceId: string): Entry {
    const entry = entries.get(workspaceId) ?? {
      ruleset: null,
      heardOf: 0,
      loading: null,
      usedAtMs: outside.now(),
    };
    entries.set(workspaceId, entry);
    return entry;
  }

  /** One load at a time for each workspace. It ends only when it has what this node had heard of by then. */
  function load(workspaceId: string, entry: Entry): Promise<CompiledRuleset> {
    entry.loading ??= loadUntilCurrent(workspaceId, entry);
    return entry.loading;
  }

  async function loadUntilCurrent(workspaceId: string, entry: Entry): Promise<CompiledRuleset> {
    try {
      if (entry.ruleset === null) await outside.holds(workspaceId).catch(unavailable);
      for (let turn = 1; ; turn++) {
        const ruleset = swap(entry, await loadOnce(workspaceId, entry).catch(unavailable));
        if (ruleset === null) return gone(workspaceId);
        if (ruleset.version >= entry.heardOf || turn === turnsMax) return ruleset;
      }
    } finally {
      // In the same turn as the last comparison, so that no message falls between the two.
      entry.loading = null;
    }
  }

  /** Only what is new, where one is held and the database knows what that is. */
  async function loadOnce(workspaceId: string, entry: Entry): Promise<CompiledRuleset | null> {
    const held = entry.ruleset;
    const change = held === null ? "whole" : await outside.loadChange(workspaceId, held.version);
    if (change === "whole") {
      const source = await outside.loadRuleset(workspaceId);
      return source === null ? null : buildInTurns(source, outside.now());
    }
    // Read again: rules may have stopped meanwhile, which is still the same version.
    return change === null || entry.ruleset === null
      ? null
      : changeRuleset(entry.ruleset, change, outside.now());
  }

  function gone(workspaceId: string): never {
    drop(workspaceId);
    throw new Problem("not-found", "There is no such workspace.");
  }

  function drop(workspaceId: string): void {
    entries.delete(workspaceId);
    outside.applies(workspaceId, null);
  }

  /** A snapshot older than what is applied never comes back. */
  function swap(entry: Entry, loaded: CompiledRuleset | null): CompiledRuleset | null {
    if (loaded === null) return null;
    if (entry.ruleset !== null && entry.ruleset.version > loaded.version) return entry.ruleset;
    entry.ruleset = loaded;
    entry.heardOf = Math.max(entry.heardOf, loaded.version);
    directory.learn(loaded.workspace);
    outside.applies(loaded.workspace.id, loaded.version);
    return loaded;
  }

  /** What is applied now; a rule that stopped is left out from that very millisecond. */
  function held(entry: Entry): CompiledRuleset | null {
    const { ruleset } = entry;
    if (ruleset === null || ruleset.nextExpiryMs === Infinity) return ruleset;
    const nowMs = outside.now();
    if (nowMs >= ruleset.nextExpiryMs) entry.ruleset = withoutStopped(ruleset, nowMs);
    return entry.ruleset;
  }

  function current(workspaceId: string): CompiledRuleset | Promise<CompiledRuleset> {
    const entry = entryOf(workspaceId);
    entry.usedAtMs = outside.now();
    return held(entry) ?? load(workspaceId, entry);
  }

  function currentBySlug(slug: string): CompiledRuleset | null | Promise<CompiledRuleset | null> {
    const workspaceId = directory.known(slug);
    if (workspaceId !== undefined) return workspaceId === null ? null : current(workspaceId);
    return directory
      .find(slug)
      .catch(unavailable)
      .then((found) => (found === null ? null : current(found)));
  }

  async function applied(workspaceId: string, version: number): Promise<void> {
    const entry = entryOf(workspaceId);
    entry.heardOf = Math.max(entry.heardOf, version);
    if (isBehind(entry, version)) await load(workspaceId, entry);
  }

  async function poll(): Promise<void> {
    const since = outside.now() - idleMs;
    for (const [workspaceId, entry] of entries)
      if (entry.usedAtMs < since && entry.loading === null) drop(workspaceId);
    const ids = [...entries].filter(([, entry]) => entry.ruleset !== null).map(([id]) => id);
    if (ids.length === 0) return;
    const states = new Map((await outside.readWorkspaceStates(ids)).map((state) => [state.id, state]));
    for (const id of ids) await catchUp(id, states.get(id));
  }

  /** No state means that the workspace is gone. */
  async function catchUp(id: string, state: WorkspaceState | undefined): Promise<void> {
    const entry = entries.get(id);
    if (entry === undefined) return;
    if (state === undefined) {
      drop(id);
      return;
    }
    entry.heardOf = Math.max(entry.heardOf, state.version);
    if (isBehind(entry, state.version) || entry.ruleset?.workspace.slug !== state.slug) await load(id, entry);
  }

  return {
    current,
    currentBySlug,
    appliedVersion: (workspaceId) => entries.get(workspaceId)?.ruleset?.version ?? null,
    changed(workspaceId, version) {
      directory.forgetUnknown();
      const entry = entries.get(workspaceId);
      if (entry === undefined) return;
      entry.heardOf = Math.max(entry.heardOf, version);
      if (isBehind(entry, version)) load(workspaceId, entry).catch(() => undefined);
    },
    applied,
    poll,
  };
}

function isBehind({ ruleset }: Entry, version: number): boolean {
  return ruleset === null || ruleset.version < version;
}

function unavailable(error: unknown): never {
  log.warn({ err: error }, "a ruleset could not be loaded");
  throw new Problem("unavailable", "The rules of this workspace cannot be loaded right now.", {
    retryAfterSeconds: 2,
  });
}
