import type { CompiledRule } from "@/lib/rules/compile";
import type { Condition } from "@/lib/rules/language/condition";
import type { RouteSegment } from "@/lib/rules/language/route";

/** A trie over route segments. */
interface Node {
  literal: Map<string, Node> | null;
  one: Node | null;
  /** Rules whose template ends here: method and route hold for whoever ends here too. */
  end: { rule: CompiledRule; template: string }[];
  /** Rules that may match whatever follows: `**`, a regex, no route at all. */
  rest: CompiledRule[];
}

/** Rules of one place of attachment, by method and then by route. */
export interface RouteIndex {
  byMethod: Map<string, Node>;
  anyMethod: Node;
}

export function createRouteIndex(): RouteIndex {
  return { byMethod: new Map(), anyMethod: createNode() };
}

function createNode(): Node {
  return { literal: null, one: null, end: [], rest: [] };
}

/** Files a rule under each of its methods and each form of its routes. */
export function addToIndex(index: RouteIndex, rule: CompiledRule): void {
  for (const root of rootsFor(index, rule.methods))
    if (rule.routes === null) root.rest.push(rule);
    else
      for (const { forms, template } of rule.routes)
        if (forms === null) addOnce(root.rest, rule);
        else for (const form of forms) addForm(root, form, { rule, template });
}

function rootsFor(index: RouteIndex, methods: readonly string[] | null): Node[] {
  if (methods === null) return [index.anyMethod];
  return methods.map((method) => {
    const root = index.byMethod.get(method) ?? createNode();
    index.byMethod.set(method, root);
    return root;
  });
}

function addForm(
  root: Node,
  form: readonly RouteSegment[],
  entry: { rule: CompiledRule; template: string },
): void {
  let node = root;
  for (const segment of form) {
    if (segment.kind === "rest") return addOnce(node.rest, entry.rule);
    if (segment.kind === "one") node = node.one ??= createNode();
    else {
      node.literal ??= new Map();
      const next: Node = node.literal.get(segment.text) ?? createNode();
      node.literal.set(segment.text, next);
      node = next;
    }
  }
  if (node.end.at(-1)?.rule !== entry.rule) node.end.push(entry);
}

function addOnce(rules: CompiledRule[], rule: CompiledRule): void {
  if (rules.at(-1) !== rule) rules.push(rule);
}

/** Takes a rule that may apply, what is left to test of it, and the template of its route where the index settled that. */
type Visit = (rule: CompiledRule, remaining: Condition, template: string | null) => void;

/** Visits every rule that the method and segments do not rule out. A rule with several routes may come twice. */
export function visitIndex(
  index: RouteIndex,
  { method, segments }: { method: string; segments: readonly string[] },
  visit: Visit,
): void {
  const root = index.byMethod.get(method);
  if (root !== undefined) walk(root, segments, 0, visit);
  walk(index.anyMethod, segments, 0, visit);
}

function walk(node: Node, segments: readonly string[], depth: number, visit: Visit): void {
  for (const rule of node.rest) visit(rule, rule.condition, null);
  const segment = segments[depth];
  if (segment === undefined) {
    for (const { rule, template } of node.end) visit(rule, rule.beyondIndex, template);
    return;
  }
  const next = node.literal?.get(segment);
  if (next !== undefined) walk(next, segments, depth + 1, visit);
  if (node.one !== null && segment !== "") walk(node.one, segments, depth + 1, visit);
}
