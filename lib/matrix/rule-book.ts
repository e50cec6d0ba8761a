import { z } from "zod";
import { sql } from "@/lib/db/client";
import { Problem } from "@/lib/api/problem";
import { columnOf, type MatrixRule, type RuleBook } from "@/lib/matrix/judge-cells";
import { processState } from "@/lib/process/state";
import { compileRule } from "@/lib/rules/verdict/compile";
import { partialRule, surelyFails } from "@/lib/rules/language/conditions/partial";
import { Rule } from "@/lib/rules/schema";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { compiledService, StoredService } from "@/lib/services/stored/compiled-service";

/** Workspaces whose rules are kept ready. */
const booksMax = 20;

interface KeptBook {
  book: RuleBook;
  /** Rules by id, with the version that last changed them: what did not change is not compiled again. */
  rules: ReadonlyMap<string, { version: number; rule: MatrixRule }>;
}

const kept = () => processState("matrix-books", () => new Map<string, KeptBook>());

/** The rules and services of a workspace at its newest version, ready to judge cells. */
export async function readRuleBook(workspaceId: string): Promise<RuleBook> {
  const books = kept();
  const before = books.get(workspaceId);
  if (before !== undefined && before.book.version === (await newestVersion(workspaceId))) return before.book;
  const made = await loadBook(workspaceId, before?.rules ?? new Map());
  books.delete(workspaceId);
  books.set(workspaceId, made);
  for (const oldest of books.keys()) {
    if (books.size <= booksMax) break;
    books.delete(oldest);
  }
  return made.book;
}

/** The number of a workspace's newest ruleset. */
export async function newestVersion(workspaceId: string): Promise<number> {
  const { rows } = await sql().query("select ruleset_version as version from workspace where id = $1", [
    workspaceId,
  ]);
  const [row] = z.array(z.object({ version: z.number() })).parse(rows);
  if (row === undefined) throw new Problem("not-found", "There is no such workspace.");
  return row.version;
}

const Snapshot = z.object({
  version: z.number(),
  services: z.array(StoredService),
  rules: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      version: z.number(),
      document: z.unknown(),
      updatedAt: z.string(),
      updatedBy: z.string(),
      attachments: z.array(z.object({ serviceId: z.string().nullable(), keyId: z.string().nullable() })),
    }),
  ),
});
type RuleRow = z.output<typeof Snapshot>["rules"][number];

/** One statement is one snapshot. Services come without the upstream's own secrets: no cell depends on them. */
const snapshotStatement = `
  select w.ruleset_version as version,
    coalesce((select json_agg(json_build_object(
        'id', s.id, 'slug', s.slug, 'name', s.name, 'upstream', s.upstream, 'visibility', s.visibility,
        'defaultVerdict', s.default_verdict, 'connectTimeoutMs', s.connect_timeout_ms, 'responseTimeoutMs', s.response_timeout_ms,
        'methods', s.methods, 'requiredScopes', s.required_scopes, 'paths', s.paths, 'forwardAuth', s.forward_auth,
        'injection', null, 'injectionSecret', null) order by s.slug collate "C")
      from service s where s.workspace_id = w.id), '[]') as services,
    coalesce((select json_agg(json_build_object(
        'id', r.id, 'name', r.name, 'version', r.version, 'document', r.document,
        'updatedAt', to_char(r.updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'updatedBy', r.updated_by,
        'attachments', coalesce((select json_agg(json_build_object('serviceId', a.service_id, 'keyId', a.key_id))
          from rule_attachment a where a.workspace_id = w.id and a.rule_id = r.id), '[]')) order by r.name collate "C")
      from rule r where r.workspace_id = w.id), '[]') as rules
  from workspace w where w.id = $1`;

async function loadBook(workspaceId: string, before: KeptBook["rules"]): Promise<KeptBook> {
  const { rows } = await sql().query(snapshotStatement, [workspaceId]);
  if (rows[0] === undefined) throw new Problem("not-found", "There is no such workspace.");
  const { version, services, rules } = Snapshot.parse(rows[0]);
  const made = new Map<string, { version: number; rule: MatrixRule }>();
  for (const row of rules) {
    const known = before.get(row.id);
    made.set(row.id, known?.version === row.version ? known : { version: row.version, rule: readRule(row) });
  }
  const placed = rules.flatMap(({ id, attachments }) => {
    const rule = made.get(id)?.rule;
    return rule === undefined ? [] : attachments.map((place) => ({ rule, ...place }));
  });
  return {
    rules: made,
    book: bookOf({ version, columns: services.map((service) => columnOf(compiledService(service))), placed }),
  };
}

/** Files rules under their places. */
export function bookOf({
  version,
  columns,
  placed,
}: Pick<RuleBook, "version" | "columns"> & {
  placed: readonly { rule: MatrixRule; serviceId: string | null; keyId: string | null }[];
}): RuleBook {
  const everywhere: MatrixRule[] = [];
  const byService = new Map<string, MatrixRule[]>();
  const byCredential = new Map<string, MatrixRule[]>();
  const byPair = new Map<string, Map<string, MatrixRule[]>>();
  for (const { rule, serviceId, keyId } of placed) {
    if (keyId === null && serviceId === null) everywhere.push(rule);
    else if (keyId === null) push(byService, serviceId ?? "", rule);
    else if (serviceId === null) push(byCredential, keyId, rule);
    else {
      const ofKey = byPair.get(keyId) ?? new Map<string, MatrixRule[]>();
      byPair.set(keyId, ofKey);
      push(ofKey, serviceId, rule);
    }
  }
  return { version, columns, everywhere, byService, byCredential, byPair };
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

const DocumentHead = z
  .object({ effect: Rule.shape.effect.catch("deny"), mode: Rule.shape.mode.catch("enforce") })
  .catch({ effect: "deny", mode: "enforce" });

/** As the loader of rulesets: what cannot be read is never skipped, a deny denies and an allow never matches. */
function readRule({ id, name, document, updatedAt, updatedBy }: RuleRow): MatrixRule {
  const parsed = Rule.safeParse(document);
  const head = { id, name, updatedAt, updatedBy };
  if (!parsed.success)
    return { ...head, ...DocumentHead.parse(document), partial: surelyFails, expiresAtMs: Infinity };
  const { effect, mode, expiresAt } = parsed.data;
  return {
    ...head,
    effect,
    mode,
    partial: partialRule(parsed.data, compileCondition),
    expiresAtMs: expiresAt === undefined ? Infinity : Date.parse(expiresAt),
  };
}

function compileCondition(rule: Rule) {
  const { rule: compiled, errors } = compileRule("partial", rule, serverEngines);
  return errors.length === 0 ? compiled.condition : null;
}
