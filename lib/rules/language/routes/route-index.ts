import { methods } from "@/lib/rules/catalogue";
import { foldCase } from "@/lib/rules/language/fold-case";
import { foldedSegments, type Asked } from "@/lib/rules/language/question";
import type { CompiledRoute, RouteSegment } from "@/lib/rules/language/routes/route";

/** What can be filed: methods (HEAD named where GET covers it) and routes; null means any. */
export interface Indexed {
  methods: readonly string[] | null;
  routes: readonly CompiledRoute[] | null;
}

/** An item where it is filed, with the methods that it takes, one bit each, before the others filed there. Never changes. */
interface Entry<Item> {
  item: Item;
  methods: number;
  /** Where its template ends: method and route hold for whoever ends there too. Null where the route is still to be tested. */
  template: string | null;
  others: Entry<Item> | null;
}

/**
 * A node of a trie over route segments. Shared between versions: only the edit that made it may change it. What is empty
 * is null and what is alone has no list or map around it: among thousands of rules, memory that was not looked at lately
 * is what a verdict waits for. Asked most, written first.
 */
interface Node<Item> {
  /** Items that may match whatever follows: `**`, a regex, no route at all. */
  rest: Entry<Item> | null;
  /** The literal that follows, while there is but one. */
  text: string | null;
  /** The literals that follow where there were several. */
  literals: Map<string, Node<Item>> | null;
  /** Items whose template ends behind one more segment, whatever that is. */
  oneEnd: Entry<Item> | null;
  /** Behind one segment, whatever it is, and more. */
  one: Node<Item> | null;
  /** Where `text` leads. */
  next: Node<Item> | null;
  end: Entry<Item> | null;
  /** The literals that one folded text stands for; null while every literal is its own folded text. */
  folded: Map<string, string[]> | null;
}

/** Items of one place of attachment, by route and method. Never changes; an edit makes another one. */
export type RouteIndex<Item extends Indexed> = Readonly<Node<Item>>;

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
  return createNode();
}

function createNode<Item>(): Node<Item> {
  return {
    rest: null,
    text: null,
    literals: null,
    oneEnd: null,
    one: null,
    next: null,
    end: null,
    folded: null,
  };
}

/** Whether nothing is filed at a node or below. */
function isEmpty({ rest, literals, oneEnd, one, next, end }: Node<unknown>): boolean {
  const nothingHere = rest === null && oneEnd === null && end === null;
  return nothingHere && literals === null && one === null && next === null;
}

function literalChild<Item>(node: Node<Item>, text: string): Node<Item> | null {
  return node.text === text ? node.next : (node.literals?.get(text) ?? null);
}

export function editIndex<Item extends Indexed>(index: RouteIndex<Item>): IndexEdit<Item> {
  const owned = new Set<Node<Item>>();
  let root: Node<Item> = index;

  function own(node: Node<Item> | null): Node<Item> {
    if (node !== null && owned.has(node)) return node;
    const mine =
      node === null
        ? createNode<Item>()
        : {
            ...node,
            literals: node.literals === null ? null : new Map(node.literals),
            folded: node.folded === null ? null : new Map(node.folded),
          };
    owned.add(mine);
    return mine;
  }

  function addForm(form: readonly RouteSegment[], entry: Entry<Item>): void {
    let node = root;
    for (const [depth, segment] of form.entries()) {
      if (segment.kind === "rest") {
        node.rest = withEntry(node.rest, { ...entry, template: null });
        return;
      }
      if (segment.kind === "one" && depth === form.length - 1) {
        node.oneEnd = withEntry(node.oneEnd, entry);
        return;
      }
      if (segment.kind === "one") node = node.one = own(node.one);
      else {
        const next = own(literalChild(node, segment.text));
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
    else if (segment.kind === "one" && depth === form.length - 1)
      node.oneEnd = withoutItem(node.oneEnd, item);
    else {
      const old = segment.kind === "one" ? node.one : literalChild(node, segment.text);
      if (old === null) return;
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
      const anywhere = { item, methods: bits, template: null, others: null };
      if (item.routes === null) root.rest = withEntry(root.rest, anywhere);
      for (const { forms, template } of item.routes ?? [])
        if (forms === null) root.rest = withEntry(root.rest, anywhere);
        else for (const form of forms) addForm(form, { item, methods: bits, template, others: null });
    },
    remove(item) {
      root = own(root);
      root.rest = withoutItem(root.rest, item);
      for (const { forms } of item.routes ?? [])
        for (const form of forms ?? []) removeForm(root, form, { item, depth: 0 });
    },
    finish: () => root,
  };
}

interface Step<Item> {
  item: Item;
  depth: number;
}

/** An item is added to a place in one go, so only the newest one there can be itself. */
function withEntry<Item>(entries: Entry<Item> | null, entry: Entry<Item>): Entry<Item> {
  if (entries === null) return entry;
  return entries.item === entry.item ? entries : { ...entry, others: entries };
}

function withoutItem<Item>(entries: Entry<Item> | null, item: Item): Entry<Item> | null {
  let left: Entry<Item> | null = null;
  for (let each = entries; each !== null; each = each.others)
    if (each.item !== item) left = { ...each, others: left };
  return left;
}

function setLiteral<Item>(node: Node<Item>, text: string, next: Node<Item>): void {
  const isNew = literalChild(node, text) === null;
  if (node.literals !== null) node.literals.set(text, next);
  else if (node.next === null || node.text === null || node.text === text) {
    node.text = text;
    node.next = next;
  } else {
    node.literals = new Map([
      [node.text, node.next],
      [text, next],
    ]);
    node.text = node.next = null;
  }
  if (!isNew || (node.folded === null && foldCase(text) === text)) return;
  if (node.folded === null) {
    node.folded = new Map();
    for (const each of literalsOf(node)) addFolded(node.folded, each);
  } else addFolded(node.folded, text);
}

function literalsOf({ text, literals }: Node<unknown>): Iterable<string> {
  return text === null ? (literals?.keys() ?? []) : [text];
}

function dropLiteral<Item>(node: Node<Item>, text: string): void {
  if (node.text === text) node.text = node.next = null;
  node.literals?.delete(text);
  if (node.literals?.size === 0) node.literals = null;
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
  for (const text of literalsOf(node)) if (foldCase(text) !== text) return true;
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
  root: RouteIndex<Item>,
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
  const next = literalChild(node, segment);
  if (next !== null) walk(next, depth + 1, way);
  if (segment === "") return;
  if (node.oneEnd !== null && depth + 1 === way.segments.length) visitEntries(node.oneEnd, way);
  if (node.one !== null) walk(node.one, depth + 1, way);
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
    const next = literalChild(node, text);
    if (next !== null) walkFolded(next, depth + 1, way);
  }
  if (segment === "") return;
  if (node.oneEnd !== null && depth + 1 === way.segments.length) visitEntries(node.oneEnd, way);
  if (node.one !== null) walkFolded(node.one, depth + 1, way);
}

function visitEntries<Item, State>(entries: Entry<Item>, way: Walk<Item, State>): void {
  for (let each: Entry<Item> | null = entries; each !== null; each = each.others)
    if ((each.methods & way.method) !== 0) way.visit(way.state, each.item, each.template);
}
