import { z } from "zod";
import { sql } from "@/lib/db/client";
import { log } from "@/lib/log";
import { compileRule, unreadableRule, type CompiledRule } from "@/lib/rules/compile";
import type { RuleEngines } from "@/lib/rules/engines";
import { loadingEngines } from "@/lib/rules/server-engines";
import { Rule } from "@/lib/rules/schema";
import type { RulesetSource } from "@/lib/rules/ruleset";
import { compiledService, StoredService } from "@/lib/services/compiled-service";

/** Rules compiled before, by id; one whose version is unchanged is not compiled again. */
export type CompiledBefore = ReadonlyMap<string, { version: number; rule: CompiledRule }>;

/** A workspace's state as one statement saw it. */
export interface LoadedRuleset {
  source: RulesetSource;
  compiled: CompiledBefore;
}

const StoredRuleRow = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number(),
  document: z.unknown(),
  attachments: z.array(z.object({ serviceId: z.string().nullable(), keyId: z.string().nullable() })),
});

const Snapshot = z.object({
  id: z.string(),
  slug: z.string(),
  version: z.number(),
  services: z.array(StoredService),
  rules: z.array(StoredRuleRow),
});

/** One statement is one snapshot, so workspace, services, rules and attachments always belong to one version. */
const snapshotStatement = `
  select w.id, w.slug, w.ruleset_version as version,
    coalesce((select json_agg(json_build_object(
        'id', s.id, 'slug', s.slug, 'name', s.name, 'upstream', s.upstream, 'visibility', s.visibility,
        'defaultVerdict', s.default_verdict, 'connectTimeoutMs', s.connect_timeout_ms, 'responseTimeoutMs', s.response_timeout_ms,
        'methods', s.methods, 'requiredScopes', s.required_scopes, 'paths', s.paths, 'forwardAuth', s.forward_auth,
        'injection', s.injection, 'injectionSecret', encode(s.injection_secret, 'base64')))
      from service s where s.workspace_id = w.id), '[]') as services,
    coalesce((select json_agg(json_build_object(
        'id', r.id, 'name', r.name, 'version', r.version, 'document', r.document,
        'attachments', coalesce((select json_agg(json_build_object('serviceId', a.service_id, 'keyId', a.key_id))
          from rule_attachment a where a.workspace_id = w.id and a.rule_id = r.id), '[]')))
      from rule r where r.workspace_id = w.id), '[]') as rules
  from workspace w where w.id = $1`;

/** Reads and compiles a workspace's rules; null when there is no such workspace. */
export async function loadRuleset(
  workspaceId: string,
  before: CompiledBefore,
): Promise<LoadedRuleset | null> {
  return loadCompiled(workspaceId, { before, engines: loadingEngines });
}

/** The same with engines of the caller's own. */
export async function loadCompiled(
  workspaceId: string,
  { before, engines }: { before: CompiledBefore; engines: RuleEngines },
): Promise<LoadedRuleset | null> {
  const { rows } = await sql().query(snapshotStatement, [workspaceId]);
  if (rows[0] === undefined) return null;
  const { id, slug, version, services, rules } = Snapshot.parse(rows[0]);
  const compiled = new Map<string, { version: number; rule: CompiledRule }>();
  for (const row of rules) {
    const known = before.get(row.id);
    compiled.set(
      row.id,
      known?.version === row.version ? known : { version: row.version, rule: compileStored(row, engines) },
    );
  }
  const placed = rules.flatMap(({ id: ruleId, attachments }) => {
    const rule = compiled.get(ruleId)?.rule;
    return rule === undefined ? [] : [{ rule, attachments }];
  });
  return {
    source: { workspace: { id, slug }, version, services: services.map(compiledService), rules: placed },
    compiled,
  };
}

/** What is still read of a document that is no rule any more; what is not said counts as an enforced deny. */
const DocumentHead = z
  .object({ effect: Rule.shape.effect.catch("deny"), mode: Rule.shape.mode.catch("enforce") })
  .catch({ effect: "deny", mode: "enforce" });

/** A stored rule that cannot be evaluated is never skipped: a deny denies wherever it is attached, an allow never matches. */
function compileStored(
  { id, name, document }: z.output<typeof StoredRuleRow>,
  engines: RuleEngines,
): CompiledRule {
  const parsed = Rule.safeParse(document);
  const { rule, errors } = parsed.success
    ? compileRule(id, parsed.data, engines)
    : { rule: unreadableRule({ id, name, ...DocumentHead.parse(document) }), errors: parsed.error.issues };
  if (errors.length > 0) log.error({ rule: id, errors }, "a stored rule cannot be evaluated; write it anew");
  return rule;
}

const WorkspaceState = z.array(z.object({ id: z.string(), slug: z.string(), version: z.number() }));
export type WorkspaceState = z.output<typeof WorkspaceState>[number];

/** Newest version and slug of workspaces, by id. */
export async function readWorkspaceStates(ids: readonly string[]): Promise<WorkspaceState[]> {
  const { rows } = await sql().query(
    "select id, slug, ruleset_version as version from workspace where id = any($1)",
    [ids],
  );
  return WorkspaceState.parse(rows);
}

/** The same by slug. */
export async function findWorkspaces(slugs: readonly string[]): Promise<WorkspaceState[]> {
  const { rows } = await sql().query(
    "select id, slug, ruleset_version as version from workspace where slug = any($1)",
    [slugs],
  );
  return WorkspaceState.parse(rows);
}
