import { z } from "zod";
import { sql } from "@/lib/db/client";
import { log } from "@/lib/log";
import { compileRule, unreadableRule, type CompiledRule } from "@/lib/rules/verdict/compile";
import type { RuleEngines } from "@/lib/rules/verdict/engines";
import { loadingEngines } from "@/lib/rules/verdict/server-engines";
import { Rule } from "@/lib/rules/schema";
import type { PlacedRule, RulesetChange, RulesetSource } from "@/lib/rules/verdict/ruleset";
import { compiledService, StoredService } from "@/lib/services/stored/compiled-service";
import type { CompiledService } from "@/lib/services/schema";

const StoredRuleRow = z.object({
  id: z.string(),
  name: z.string(),
  document: z.unknown(),
  attachments: z.array(z.object({ serviceId: z.string().nullable(), keyId: z.string().nullable() })),
});

const workspaceRow =
  "select 'workspace' as kind, json_build_object('id', w.id, 'slug', w.slug, 'version', w.ruleset_version) as body";
const serviceRow = `select 'service', json_build_object(
    'id', s.id, 'slug', s.slug, 'name', s.name, 'upstream', s.upstream, 'visibility', s.visibility,
    'defaultVerdict', s.default_verdict, 'connectTimeoutMs', s.connect_timeout_ms, 'responseTimeoutMs', s.response_timeout_ms,
    'methods', s.methods, 'requiredScopes', s.required_scopes, 'paths', s.paths, 'forwardAuth', s.forward_auth,
    'injection', s.injection, 'injectionSecret', encode(s.injection_secret, 'base64'))
  from service s where s.workspace_id = $1`;
const ruleRow = `select 'rule', json_build_object('id', r.id, 'name', r.name, 'document', r.document,
    'attachments', coalesce((select json_agg(json_build_object('serviceId', a.service_id, 'keyId', a.key_id))
      from rule_attachment a where a.workspace_id = $1 and a.rule_id = r.id), '[]'))
  from rule r where r.workspace_id = $1`;

/**
 * One statement is one snapshot, so workspace, services, rules and attachments always belong to one version. A row
 * each, so that thousands of rules are read as they come in and not in one go.
 */
const wholeStatement = `${workspaceRow} from workspace w where w.id = $1
  union all ${serviceRow}
  union all ${ruleRow}`;

/** The same of what the versions after $2 name. Nothing but the workspace where one of them does not say. */
const changeStatement = `
with feed as (select version, rule_ids, service_ids, changes_all from ruleset where workspace_id = $1 and version > $2),
known as (select 1 where not exists (select 1 from feed where changes_all)),
rule_id as (select distinct unnest(rule_ids) as id from feed where exists (select 1 from known)),
service_id as (select distinct unnest(service_ids) as id from feed where exists (select 1 from known))
${workspaceRow} from workspace w where w.id = $1
union all select 'feed', json_build_object('versions', (select count(*) from feed),
    'isKnown', exists (select 1 from known),
    'ruleIds', coalesce((select json_agg(id) from rule_id), '[]'),
    'serviceIds', coalesce((select json_agg(id) from service_id), '[]'))
union all ${serviceRow} and s.id in (select id from service_id)
union all ${ruleRow} and r.id in (select id from rule_id)`;

const Row = z.object({ kind: z.string(), body: z.unknown() });
const Workspace = z.object({ id: z.string(), slug: z.string(), version: z.number() });
const Feed = z.object({
  versions: z.number(),
  isKnown: z.boolean(),
  ruleIds: z.array(z.string()),
  serviceIds: z.array(z.string()),
});

/** Reads and compiles a workspace's services and rules, a few at a time; null when there is no such workspace. */
export async function loadRuleset(
  workspaceId: string,
  engines: RuleEngines = loadingEngines,
): Promise<RulesetSource | null> {
  const snapshot = await readSnapshot({ text: wholeStatement, values: [workspaceId] }, engines);
  if (snapshot === null) return null;
  const { id, slug, version, services, rules } = snapshot;
  return { workspace: { id, slug }, version, services, rules };
}

/**
 * Reads what a workspace has made since `version`, in one snapshot; "whole" where that is not known and all must be
 * read, null when there is no such workspace.
 */
export async function loadChange(
  workspaceId: string,
  version: number,
): Promise<RulesetChange | "whole" | null> {
  const statement = { text: changeStatement, values: [workspaceId, version] };
  const snapshot = await readSnapshot(statement, loadingEngines);
  if (snapshot === null) return null;
  const { id, slug, feed, ...change } = snapshot;
  if (feed === null || !feed.isKnown || feed.versions !== change.version - version) return "whole";
  const { ruleIds, serviceIds } = feed;
  return { workspace: { id, slug }, ...change, ruleIds, serviceIds };
}

interface Snapshot extends z.output<typeof Workspace> {
  feed: z.output<typeof Feed> | null;
  services: CompiledService[];
  rules: PlacedRule[];
}

/** Rules that are compiled before other work gets a turn. */
const rulesPerTurn = 20;

async function readSnapshot(
  statement: { text: string; values: unknown[] },
  engines: RuleEngines,
): Promise<Snapshot | null> {
  const { rows } = await sql().query(statement);
  let workspace: z.output<typeof Workspace> | null = null;
  const snapshot: Pick<Snapshot, "feed" | "services" | "rules"> = { feed: null, services: [], rules: [] };
  for (const [index, row] of rows.entries()) {
    if (index % rulesPerTurn === rulesPerTurn - 1) await new Promise((resolve) => setImmediate(resolve));
    const { kind, body } = Row.parse(row);
    if (kind === "workspace") workspace = Workspace.parse(body);
    else if (kind === "feed") snapshot.feed = Feed.parse(body);
    else if (kind === "service") snapshot.services.push(compiledService(StoredService.parse(body)));
    else snapshot.rules.push(placedRule(body, engines));
  }
  return workspace === null ? null : { ...workspace, ...snapshot };
}

function placedRule(body: unknown, engines: RuleEngines): PlacedRule {
  const { attachments, ...stored } = StoredRuleRow.parse(body);
  return { rule: compileStored(stored, engines), attachments };
}

/** What is still read of a document that is no rule any more; what is not said counts as an enforced deny. */
const DocumentHead = z
  .object({ effect: Rule.shape.effect.catch("deny"), mode: Rule.shape.mode.catch("enforce") })
  .catch({ effect: "deny", mode: "enforce" });

/** A stored rule that cannot be evaluated is never skipped: a deny denies wherever it is attached, an allow never matches. */
function compileStored(
  { id, name, document }: Omit<z.output<typeof StoredRuleRow>, "attachments">,
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
