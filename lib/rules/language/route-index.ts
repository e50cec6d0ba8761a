import type { CompiledRule } from "@/lib/rules/compile";
import type { RouteSegment } from "@/lib/rules/language/route";

/** A trie over route segments. It only narrows: whoever asks still tests each rule's whole condition. */
interface Node {
  literal: Map<string, Node> | null;
  one: Node | null;
  /** Rules whose template ends here. */
  end: CompiledRule[];
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
      for (const { forms } of rule.routes)
        if (forms === null) addOnce(root.rest, rule);
        else for (const form of forms) addForm(root, form, rule);
}

function rootsFor(index: RouteIndex, methods: readonly string[] | null): Node[] {
  if (methods === null) return [index.anyMethod];
  return methods.map((method) => {
    const root = index.byMethod.get(method) ?? createNode();
    index.byMethod.set(method, root);
    return root;
  });
}

function addForm(root: Node, form: readonly RouteSegment[], rule: CompiledRule): void {
  let node = root;
  for (const segment of form) {
    if (segment.kind === "rest") return addOnce(node.rest, rule);
    if (segment.kind === "one") node = node.one ??= createNode();
    else {
      node.literal ??= new Map();
      const next: Node = node.literal.get(segment.text) ?? createNode();
      node.literal.set(segment.text, next);
      node = next;
    }
  }
  addOnce(node.end, rule);
}

function addOnce(rules: CompiledRule[], rule: CompiledRule): void {
  if (rules.at(-1) !== rule) rules.push(rule);
}

/** Visits every rule that the method and segments do not rule out. A rule with several routes may come twice. */
export function visitIndex(
  index: RouteIndex,
  { method, segments }: { method: string; segments: readonly string[] },
  visit: (rule: CompiledRule) => void,
): void {
  const root = index.byMethod.get(method);
  if (root !== undefined) walk(root, segments, 0, visit);
  walk(index.anyMethod, segments, 0, visit);
}

function walk(node: Node, segments: readonly string[], depth: number, visit: (rule: CompiledRule) => void): void {
  for (const rule of node.rest) visit(rule);
  const segment = segments[depth];
  if (segment === undefined) {
    for (const rule of node.end) visit(rule);
    return;
  }
  const next = node.literal?.get(segment);
  if (next !== undefined) walk(next, segments, depth + 1, visit);
  if (node.one !== null) walk(node.one, segments, depth + 1, visit);
}
