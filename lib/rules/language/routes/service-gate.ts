import { inside, no, startPlace } from "@/lib/rules/language/conditions/condition";
import type { Asked } from "@/lib/rules/language/question";
import { compileRoute } from "@/lib/rules/language/routes/route";
import {
  editIndex,
  emptyIndex,
  visitIndex,
  type Indexed,
  type RouteIndex,
} from "@/lib/rules/language/routes/route-index";
import { holds } from "@/lib/scopes/grant";
import type { CompiledService, RequiredScopes } from "@/lib/services/schema";

/** One entry of a service's required scopes, ready to judge. */
interface Requirement extends Indexed {
  template: string;
  /** As written; null is every method. */
  written: readonly string[] | null;
  scopes: readonly string[];
}

/** What a service asks of every call, whatever the rules say. */
export interface ServiceGate {
  /** Null is all. */
  methods: ReadonlySet<string> | null;
  requirements: RouteIndex<Requirement>;
}

/** Scopes that a call lacks, by the entry that asks for them. */
export interface UnmetRequirement {
  route: string;
  /** Null is every method. */
  methods: readonly string[] | null;
  scopes: readonly string[];
  missing: readonly string[];
}

/** Why a service does not take a call, before any rule. */
export type GateRefusal =
  | { reason: "METHOD_NOT_ALLOWED"; allowed: readonly string[] }
  | { reason: "SCOPE_REQUIRED"; unmet: readonly UnmetRequirement[] };

/** Whether a service asks anything before its rules. */
export function hasGate({ methods, requiredScopes }: CompiledService): boolean {
  return methods.length > 0 || requiredScopes.length > 0;
}

/** Compiles what a service asks. An entry whose route cannot be understood counts on every route. */
export function compileGate({ methods, requiredScopes }: CompiledService): ServiceGate {
  const edit = editIndex(emptyIndex<Requirement>());
  for (const required of requiredScopes) edit.add(compileRequirement(required));
  return {
    methods: methods.length === 0 ? null : new Set(withHead(methods)),
    requirements: edit.finish(),
  };
}

function compileRequirement({ methods, route, scopes }: RequiredScopes): Requirement {
  const place = startPlace({ path: "requiredScopes", quantifier: "all" });
  const compiled = compileRoute(route, inside(place, "route"));
  return {
    methods: methods === undefined ? null : withHead(methods),
    routes: place.compilation.errors.length === 0 ? [compiled] : null,
    template: route,
    written: methods ?? null,
    scopes,
  };
}

/** GET covers HEAD. */
function withHead(methods: readonly string[]): readonly string[] {
  return methods.includes("GET") ? [...new Set([...methods, "HEAD"])] : methods;
}

/** What a service's gate says of a call in each of its forms; null when it may go on to the rules. */
export function gateRefusal(gate: ServiceGate, forms: readonly Asked[]): GateRefusal | null {
  const [asked] = forms;
  if (asked !== undefined && gate.methods !== null && !gate.methods.has(asked.method))
    return { reason: "METHOD_NOT_ALLOWED", allowed: asked.service.methods };
  const held = asked?.credential?.scopes ?? [];
  const unmet = new Map<Requirement, UnmetRequirement>();
  for (const form of forms)
    visitIndex(gate.requirements, form, { state: { form, held, unmet }, visit: addUnmet });
  return unmet.size === 0 ? null : { reason: "SCOPE_REQUIRED", unmet: [...unmet.values()] };
}

interface Gathering {
  form: Asked;
  held: readonly string[];
  unmet: Map<Requirement, UnmetRequirement>;
}

/** The index settles plain templates; those with `**` inside are still to be tested. */
function addUnmet({ form, held, unmet }: Gathering, requirement: Requirement, template: string | null): void {
  if (template === null && !fitsRoute(requirement, form)) return;
  const missing = requirement.scopes.filter((scope) => !holds(held, scope));
  const { written: methods, scopes } = requirement;
  if (missing.length > 0) unmet.set(requirement, { route: requirement.template, methods, scopes, missing });
}

function fitsRoute({ routes }: Requirement, asked: Asked): boolean {
  return routes === null || routes.some((route) => route.test(asked) !== no);
}
