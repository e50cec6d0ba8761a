import {
  isRefused,
  mayBeRefused,
  outcomeOf,
  stateOf,
  weightOf,
  type RuleOutcome,
  type Weight,
} from "@/lib/matrix/matrix";
import type { CellCheck, CellRule, MatrixCell, Via } from "@/lib/matrix/schema";
import {
  methodIsOneOf,
  possibleOf,
  possibleRoute,
  surely,
  withHead,
  type Known,
  type PartialRule,
  type Possible,
} from "@/lib/rules/language/conditions/partial";
import { asAsked, type RuleCredential } from "@/lib/rules/language/question";
import { canonicalScope } from "@/lib/scopes/catalogue";
import { holds } from "@/lib/scopes/grant";
import type { CompiledService } from "@/lib/services/schema";

/** A rule as the matrix judges it. */
export interface MatrixRule {
  id: string;
  name: string;
  effect: "allow" | "deny";
  mode: "enforce" | "shadow" | "off";
  partial: PartialRule;
  /** Milliseconds since 1970; infinite when it never stops. */
  expiresAtMs: number;
  updatedAt: string;
  updatedBy: string;
}

/** A service with the methods it takes, HEAD with GET; null for all. */
export interface MatrixColumn {
  service: CompiledService;
  methods: ReadonlySet<string> | null;
}

/** One version of a workspace's rules, by where they are attached. Columns are ordered by slug. */
export interface RuleBook {
  version: number;
  columns: readonly MatrixColumn[];
  everywhere: readonly MatrixRule[];
  byService: ReadonlyMap<string, readonly MatrixRule[]>;
  byCredential: ReadonlyMap<string, readonly MatrixRule[]>;
  /** By key id, then by service id. */
  byPair: ReadonlyMap<string, ReadonlyMap<string, readonly MatrixRule[]>>;
}

/** Whose calls a row is about. */
export interface Caller {
  /** Null for calls without a credential. */
  credential: RuleCredential | null;
  /** What holds of the key whatever the service. */
  checks: readonly CellCheck[];
}

/** A rule in one place of a cell. */
export interface PlacedRule {
  rule: MatrixRule;
  via: Via;
  outcome: RuleOutcome;
}

/** Answers for the cells of one row. */
export interface Row {
  state(column: MatrixColumn): MatrixCell["state"];
  checks(column: MatrixColumn): CellCheck[];
  /** Required by some route of the service and not held. */
  missingScopes(column: MatrixColumn): string[];
  /** Every rule in every place that reaches the cell, near before far. */
  rules(column: MatrixColumn): PlacedRule[];
}

const refusals: ReadonlySet<CellCheck> = new Set(["revoked", "expired", "disabled", "no-credential"]);
const nothing: readonly MatrixRule[] = [];

export function columnOf(service: CompiledService): MatrixColumn {
  return { service, methods: service.methods.length === 0 ? null : withHead(service.methods) };
}

/** Begins a row at `nowMs`. A rule is judged once for a row, however many of its cells it reaches. */
export function judgeRow(book: RuleBook, { credential, checks }: Caller, nowMs: number): Row {
  const keyId = credential?.keyId ?? "";
  const settled = new Map<string, Map<MatrixRule, Possible>>();
  const possible = (rule: MatrixRule, { service, methods }: MatrixColumn): Possible => {
    if (typeof rule.partial === "number") return rule.partial;
    const key = methods === null ? "" : [...methods].join();
    const ofMethods = entry(settled, key, () => new Map<MatrixRule, Possible>());
    return entry(ofMethods, rule, () => possibleOf(rule.partial, knownOf(credential, service, methods)));
  };
  const places = ({ service: { id } }: MatrixColumn): [Via, readonly MatrixRule[]][] => [
    ["cell", book.byPair.get(keyId)?.get(id) ?? nothing],
    ["credential", book.byCredential.get(keyId) ?? nothing],
    ["service", book.byService.get(id) ?? nothing],
    ["workspace", book.everywhere],
  ];
  const counts = (rule: MatrixRule) => rule.mode === "enforce" && rule.expiresAtMs > nowMs;
  const cellChecks = (column: MatrixColumn) => [...checks, ...checksOf(column, credential)];
  return {
    state(column) {
      let weight = weightOfChecks(cellChecks(column), column, credential);
      for (const [, rules] of places(column))
        for (const rule of rules) if (counts(rule)) weight |= weightOf(rule.effect, possible(rule, column));
      return stateOf(weight, column.service.defaultVerdict);
    },
    checks: cellChecks,
    missingScopes: ({ service }) => [
      ...new Set(service.requiredScopes.flatMap(({ scopes }) => notHeld(credential, scopes))),
    ],
    rules: (column) =>
      places(column).flatMap(([via, rules]) =>
        rules.map((rule) => ({
          rule,
          via,
          outcome: rule.expiresAtMs > nowMs ? outcomeOf(rule.effect, possible(rule, column)) : "never",
        })),
      ),
  };
}

/** A cell as the matrix lists it: rules that may meet one of its requests, each once. */
export function presentCell(row: Row, column: MatrixColumn, credential: string): MatrixCell {
  const met = new Map<string, PlacedRule>();
  for (const placed of row.rules(column))
    if (placed.rule.mode !== "off" && placed.outcome !== "never" && !met.has(placed.rule.id))
      met.set(placed.rule.id, placed);
  return {
    credential,
    service: column.service.slug,
    state: row.state(column),
    rules: [...met.values()].sort(bySettling).map(presentRule),
    checks: row.checks(column),
  };
}

export function presentRule({ rule: { id, name, effect, mode }, via, outcome }: PlacedRule): CellRule {
  return { id, name, effect, mode, via, outcome };
}

/** What settles the state stands first: denies that always match, then allows that do; the rest stays near before far. */
function bySettling(one: PlacedRule, other: PlacedRule): number {
  return rankOf(one) - rankOf(other);
}

function rankOf({ rule: { effect, mode }, outcome }: PlacedRule): number {
  if (mode !== "enforce") return 3;
  if (outcome !== "always") return 2;
  return effect === "deny" ? 0 : 1;
}

function knownOf(
  credential: RuleCredential | null,
  service: CompiledService,
  methods: ReadonlySet<string> | null,
): Known {
  const asked = asAsked({ credential, service, method: "GET", path: "/", segments: [], address: null });
  return { asked, methods };
}

function checksOf({ service, methods }: MatrixColumn, credential: RuleCredential | null): CellCheck[] {
  const checks: CellCheck[] = [];
  if (credential === null && service.visibility === "private") checks.push("no-credential");
  if (methods !== null) checks.push("methods");
  if (service.paths.stripPrefix !== "") checks.push("paths");
  if (service.requiredScopes.some(({ scopes }) => notHeld(credential, scopes).length > 0))
    checks.push("required-scopes");
  return checks;
}

function weightOfChecks(
  checks: readonly CellCheck[],
  { service, methods }: MatrixColumn,
  credential: RuleCredential | null,
): Weight {
  if (checks.length === 0) return 0;
  if (checks.some((check) => refusals.has(check))) return isRefused;
  const isBeyondReach = service.requiredScopes.some((required) => {
    if (notHeld(credential, required.scopes).length === 0) return false;
    const method =
      required.methods === undefined ? surely : methodIsOneOf(withHead(required.methods), methods);
    return method === surely && possibleRoute(required.route) === surely;
  });
  return isBeyondReach ? isRefused : mayBeRefused;
}

function notHeld(credential: RuleCredential | null, scopes: readonly string[]): string[] {
  const held = credential?.scopes ?? [];
  return scopes.filter((scope) => !holds(held, canonicalScope(scope)));
}

function entry<Key, T>(map: Map<Key, T>, key: Key, create: () => T): T {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = create();
  map.set(key, made);
  return made;
}

/** Whether nothing but the service's default speaks in a cell. */
export function isPlain({ rules, checks }: MatrixCell): boolean {
  return rules.length === 0 && checks.length === 0;
}
