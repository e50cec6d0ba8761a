import { methods } from "@/lib/rules/catalogue";
import { foldCase } from "@/lib/rules/language/fold-case";
import { foldedSegments, type Asked } from "@/lib/rules/language/question";
import type { CompiledRoute, RouteSegment } from "@/lib/rules/language/route";

/** What can be filed: methods (HEAD named where GET covers it) and routes; null means any. */
export interface Indexed {
  methods: readonly string[] | null;
  routes: readonly CompiledRoute[] | null;
}

/** An item where it is filed, with the methods that it takes, one bit each. */
interface Entry<Item> {
  item: Item;
  methods: number;
  /** Where its template ends: method and route hold for whoever ends there too. Null where the route is still to be tested. */
  template: string | null;
}

/**
 * A node of a trie over route segments. Shared between versions: only the edit that made it may change it. What is empty
 * is null, because each object less on the way is felt where there are thousands of rules.
 */
interface Node<Item> {
  madeBy: object;
  literal: Map<string, Node<Item>> | null;
  /** The literals that one folded text stands for; null while every literal is its own folded text. */
  folded: Map<string, string[]> | null;
  one: Node<Item> | null;
  end: Entry<Item>[] | null;
  /** Items that may match whatever follows: `**`, a regex, no route at all. */
  rest: Entry<Item>[] | null;
}

/** Items of one place of attachment, by route and method. Never changes; an edit makes another one. */
export interface RouteIndex<Item extends Indexed> {
  readonly root: Node<Item>;
}

const everyMethod = -1;
/** Of a method that has no name in rules, only what takes every method is asked. */
const otherMethod = 1 << methods.length;
const methodBits: ReadonlyMap<string, number> = new Map(methods.map((method, bit) => [method, 1 << bit]));

function bitOf(method: string): number {
  return methodBits.get(method) ?? otherMethod;
}

/** A new index that shares with the old one what does not change. Costs grow with what is edited and the breadth of its nodes. */
export interface IndexEdit<Item extends Indexed> {
  /** Files an item under each of its methods and each form of its routes. */
  add(item: Item): void;
  /** Takes away an item that was filed; one that was not is fine. */
  remove(item: Item): void;
  finish(): RouteIndex<Item>;
}

export function emptyIndex<Item extends Indexed>(): RouteIndex<Item> {
  return { root: createNode<Item>({}) };
}

function createNode<Item>(madeBy: object): Node<Item> {
  return { madeBy, literal: null, folded: null, one: null, end: null, rest: null };
}

/** Whether nothing is filed at a node or below. */
function isEmpty(node: Node<unknown>): boolean {
  return node.rest === null && node.end === null && node.one === null && node.literal === null;
}

export function editIndex<Item extends Indexed>(index: RouteIndex<Item>): IndexEdit<Item> {
  const edit = {};
  let { root } = index;

  function own(node: Node<Item> | null | undefined): Node<Item> {
    if (node === null || node === undefined) return createNode(edit);
    if (node.madeBy === edit) return node;
    return {
      madeBy: edit,
      literal: node.literal === null ? null : new Map(node.literal),
      folded: node.folded === null ? null : new Map(node.folded),
      one: node.one,
      end: node.end === null ? null : [...node.end],
      rest: node.rest === null ? null : [...node.rest],
    };
  }

  function addForm(form: readonly RouteSegment[], entry: Entry<Item>): void {
    let node = root;
    for (const segment of form) {
      if (segment.kind === "rest") {
        node.rest = withEntry(node.rest, { ...entry, template: null });
        return;
      }
      if (segment.kind === "one") node = node.one = own(node.one);
      else {
        const next = own(node.literal?.get(segment.text));
        setLiteral(node, segment.text, next);
        node = next;
      }
    }
    node.end = withEntry(node.end, entry);
  }

  /** Owns the path as it goes down and cuts off on its way up what is empty then. */
  function removeForm(node: Node<Item>, form: readonly RouteSegment[], { item, depth }: Step<Item>): void {
    const segment = form[depth];
    if (segment === undefined) node.end = withoutItem(node.end, item);
    else if (segment.kind === "rest") node.rest = withoutItem(node.rest, item);
    else {
      const old = segment.kind === "one" ? node.one : node.literal?.get(segment.text);
      if (old === null || old === undefined) return;
      const next = own(old);
      removeForm(next, form, { item, depth: depth + 1 });
      const left = isEmpty(next) ? null : next;
      if (segment.kind === "one") node.one = left;
      else if (left === null) dropLiteral(node, segment.text);
      else setLiteral(node, segment.text, left);
    }
  }

  return {
    add(item) {
      root = own(root);
      const bits = item.methods?.reduce((sum, method) => sum | bitOf(method), 0) ?? everyMethod;
      const anywhere = { item, methods: bits, template: null };
      if (item.routes === null) root.rest = withEntry(root.rest, anywhere);
      for (const { forms, template } of item.routes ?? [])
        if (forms === null) root.rest = withEntry(root.rest, anywhere);
        else for (const form of forms) addForm(form, { item, methods: bits, template });
    },
    remove(item) {
      root = own(root);
      root.rest = withoutItem(root.rest, item);
      for (const { forms } of item.routes ?? [])
        for (const form of forms ?? []) removeForm(root, form, { item, depth: 0 });
    },
    finish: () => ({ root }),
  };
}

interface Step<Item> {
  item: Item;
  depth: number;
}

/** An item is added to a place in one go, so only the last one there can be itself. */
function withEntry<Item>(entries: Entry<Item>[] | null, entry: Entry<Item>): Entry<Item>[] {
  if (entries === null) return [entry];
  if (entries.at(-1)?.item !== entry.item) entries.push(entry);
  return entries;
}

function withoutItem<Item>(entries: Entry<Item>[] | null, item: Item): Entry<Item>[] | null {
  const left = entries?.filter((entry) => entry.item !== item) ?? [];
  return left.length === 0 ? null : left;
}

function setLiteral<Item>(node: Node<Item>, text: string, next: Node<Item>): void {
  node.literal ??= new Map();
  const isNew = !node.literal.has(text);
  node.literal.set(text, next);
  if (!isNew || (node.folded === null && foldCase(text) === text)) return;
  if (node.folded === null) {
    node.folded = new Map();
    for (const each of node.literal.keys()) addFolded(node.folded, each);
  } else addFolded(node.folded, text);
}

function dropLiteral<Item>(node: Node<Item>, text: string): void {
  node.literal?.delete(text);
  if (node.literal?.size === 0) node.literal = null;
  if (node.folded === null) return;
  const same = foldCase(text);
  const left = (node.folded.get(same) ?? []).filter((each) => each !== text);
  if (left.length === 0) node.folded.delete(same);
  else node.folded.set(same, left);
  if (same !== text && !hasUnfolded(node)) node.folded = null;
}

function addFolded(folded: Map<string, string[]>, text: string): void {
  const same = foldCase(text);
  folded.set(same, [...(folded.get(same) ?? []), text]);
}

function hasUnfolded(node: Node<unknown>): boolean {
  for (const text of node.literal?.keys() ?? []) if (foldCase(text) !== text) return true;
  return false;
}

/**
 * Who is told of items that may apply, with the template of their route where the index settled method and route, else
 * null. A function and what it works on, rather than a closure, so that a call makes no function of its own.
 */
export interface Visitor<Item, State> {
  state: State;
  visit: (state: State, item: Item, template: string | null) => void;
}

/** Visits every item that the method and segments do not rule out. One with several routes may come twice. */
export function visitIndex<Item extends Indexed, State>(
  { root }: RouteIndex<Item>,
  asked: Asked,
  { state, visit }: Visitor<Item, State>,
): void {
  const method = bitOf(asked.method);
  if (asked.service.paths.caseSensitive) walk(root, 0, { segments: asked.segments, method, state, visit });
  else walkFolded(root, 0, { segments: foldedSegments(asked), method, state, visit });
}

interface Walk<Item, State> extends Visitor<Item, State> {
  segments: readonly string[];
  /** Its bit. */
  method: number;
}

function walk<Item, State>(node: Node<Item>, depth: number, way: Walk<Item, State>): void {
  if (node.rest !== null) visitEntries(node.rest, way);
  const segment = way.segments[depth];
  if (segment === undefined) {
    if (node.end !== null) visitEntries(node.end, way);
    return;
  }
  const next = node.literal?.get(segment);
  if (next !== undefined) walk(next, depth + 1, way);
  if (node.one !== null && segment !== "") walk(node.one, depth + 1, way);
}

/** The same walk where upper and lower case are one. */
function walkFolded<Item, State>(node: Node<Item>, depth: number, way: Walk<Item, State>): void {
  if (node.rest !== null) visitEntries(node.rest, way);
  const segment = way.segments[depth];
  if (segment === undefined) {
    if (node.end !== null) visitEntries(node.end, way);
    return;
  }
  for (const text of node.folded === null ? [segment] : (node.folded.get(segment) ?? [])) {
    const next = node.literal?.get(text);
    if (next !== undefined) walkFolded(next, depth + 1, way);
  }
  if (node.one !== null && segment !== "") walkFolded(node.one, depth + 1, way);
}

function visitEntries<Item, State>(entries: readonly Entry<Item>[], way: Walk<Item, State>): void {
  for (const { item, methods, template } of entries)
    if ((methods & way.method) !== 0) way.visit(way.state, item, template);
}
