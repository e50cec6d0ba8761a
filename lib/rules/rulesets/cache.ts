import { Problem } from "@/lib/api/problem";
import { log } from "@/lib/log";
import type { CompiledBefore, LoadedRuleset, WorkspaceState } from "@/lib/rules/rulesets/load";
import { buildRuleset, type CompiledRuleset, type RulesetSource } from "@/lib/rules/ruleset";
import { createSlugDirectory } from "@/lib/rules/rulesets/slug-directory";

/** What a cache asks of the outside; tests put their own in. */
interface Outside {
  loadRuleset(workspaceId: string, before: CompiledBefore): Promise<LoadedRuleset | null>;
  readWorkspaceStates(ids: readonly string[]): Promise<WorkspaceState[]>;
  findWorkspaces(slugs: readonly string[]): Promise<WorkspaceState[]>;
  /** Milliseconds since 1970. */
  now(): number;
}

interface Entry {
  ruleset: CompiledRuleset | null;
  source: RulesetSource | null;
  compiled: CompiledBefore;
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
      source: null,
      compiled: new Map(),
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
      for (let turn = 1; ; turn++) {
        const ruleset = swap(entry, await loadOnce(workspaceId, entry));
        if (ruleset.version >= entry.heardOf || turn === turnsMax) return ruleset;
      }
    } finally {
      // In the same turn as the last comparison, so that no message falls between the two.
      entry.loading = null;
    }
  }

  async function loadOnce(workspaceId: string, entry: Entry): Promise<LoadedRuleset> {
    const loaded = await outside.loadRuleset(workspaceId, entry.compiled).catch(unavailable);
    if (loaded !== null) return loaded;
    entries.delete(workspaceId);
    throw new Problem("not-found", "There is no such workspace.");
  }

  /** A snapshot older than what is applied never comes back. */
  function swap(entry: Entry, { source, compiled }: LoadedRuleset): CompiledRuleset {
    if (entry.ruleset !== null && entry.ruleset.version > source.version) return entry.ruleset;
    entry.ruleset = buildRuleset(source, outside.now());
    entry.source = source;
    entry.compiled = compiled;
    entry.heardOf = Math.max(entry.heardOf, source.version);
    directory.learn(source.workspace);
    return entry.ruleset;
  }

  /** What is applied now; a rule that stopped is left out from that very millisecond. */
  function held(entry: Entry): CompiledRuleset | null {
    const { ruleset, source } = entry;
    if (ruleset === null || source === null || ruleset.nextExpiryMs === Infinity) return ruleset;
    if (outside.now() >= ruleset.nextExpiryMs) entry.ruleset = buildRuleset(source, outside.now());
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
      if (entry.usedAtMs < since && entry.loading === null) entries.delete(workspaceId);
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
      entries.delete(id);
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
