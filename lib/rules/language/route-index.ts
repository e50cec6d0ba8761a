import { foldCase } from "@/lib/rules/language/fold-case";
import { foldedSegments, type Asked } from "@/lib/rules/language/question";
import type { CompiledRoute, RouteSegment } from "@/lib/rules/language/route";

/** What can be filed: methods (HEAD named where GET covers it) and routes; null means any. */
export interface Indexed {
  methods: readonly string[] | null;
  routes: readonly CompiledRoute[] | null;
}

/** An item whose template ends at a node: method and route hold for whoever ends there too. */
interface End<Item> {
  item: Item;
  template: string;
}

/** A node of a trie over route segments. Shared between versions: only the edit that made it may change it. */
interface Node<Item> {
  madeBy: object;
  literal: Map<string, Node<Item>> | null;
  /** The literals that one folded text stands for; null while every literal is its own folded text. */
  folded: Map<string, string[]> | null;
  one: Node<Item> | null;
  end: End<Item>[];
  /** Items that may match whatever follows: `**`, a regex, no route at all. */
  rest: Item[];
}

/** Items of one place of attachment, by method and then by route. Never changes; an edit makes another one. */
export interface RouteIndex<Item extends Indexed> {
  readonly byMethod: ReadonlyMap<string, Node<Item>>;
  readonly anyMethod: Node<Item>;
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
  return { byMethod: new Map(), anyMethod: createNode<Item>({}) };
}

function createNode<Item>(madeBy: object): Node<Item> {
  return { madeBy, literal: null, folded: null, one: null, end: [], rest: [] };
}

/** Whether nothing is filed at a node or below. */
function isEmpty(node: Node<unknown>): boolean {
  return node.rest.length === 0 && node.end.length === 0 && node.one === null && node.literal === null;
}

export function editIndex<Item extends Indexed>(index: RouteIndex<Item>): IndexEdit<Item> {
  const edit = {};
  const byMethod = new Map(index.byMethod);
  let anyMethod = index.anyMethod;

  function own(node: Node<Item> | null | undefined): Node<Item> {
    if (node === null || node === undefined) return createNode(edit);
    if (node.madeBy === edit) return node;
    return {
      madeBy: edit,
      literal: node.literal === null ? null : new Map(node.literal),
      folded: node.folded === null ? null : new Map(node.folded),
      one: node.one,
      end: [...node.end],
      rest: [...node.rest],
    };
  }

  function changeRoots(item: Item, change: (root: Node<Item>) => void): void {
    if (item.methods === null) {
      anyMethod = own(anyMethod);
      change(anyMethod);
      return;
    }
    for (const method of item.methods) {
      const root = own(byMethod.get(method));
      change(root);
      if (isEmpty(root)) byMethod.delete(method);
      else byMethod.set(method, root);
    }
  }

  function addForm(root: Node<Item>, form: readonly RouteSegment[], end: End<Item>): void {
    let node = root;
    for (const segment of form) {
      if (segment.kind === "rest") return addOnce(node.rest, end.item);
      if (segment.kind === "one") node = node.one = own(node.one);
      else {
        const next = own(node.literal?.get(segment.text));
        setLiteral(node, segment.text, next);
        node = next;
      }
    }
    if (node.end.at(-1)?.item !== end.item) node.end.push(end);
  }

  /** Owns the path as it goes down and cuts off on its way up what is empty then. */
  function removeForm(node: Node<Item>, form: readonly RouteSegment[], { item, depth }: Step<Item>): void {
    const segment = form[depth];
    if (segment === undefined) node.end = node.end.filter((end) => end.item !== item);
    else if (segment.kind === "rest") removeFrom(node.rest, item);
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
    add: (item) =>
      changeRoots(item, (root) => {
        if (item.routes === null) addOnce(root.rest, item);
        for (const { forms, template } of item.routes ?? [])
          if (forms === null) addOnce(root.rest, item);
          else for (const form of forms) addForm(root, form, { item, template });
      }),
    remove: (item) =>
      changeRoots(item, (root) => {
        removeFrom(root.rest, item);
        for (const { forms } of item.routes ?? [])
          for (const form of forms ?? []) removeForm(root, form, { item, depth: 0 });
      }),
    finish: () => ({ byMethod, anyMethod }),
  };
}

interface Step<Item> {
  item: Item;
  depth: number;
}

/** An item is added to a place in one go, so only the last one there can be itself. */
function addOnce<Item>(items: Item[], item: Item): void {
  if (items.at(-1) !== item) items.push(item);
}

function removeFrom<Item>(items: Item[], item: Item): void {
  const place = items.indexOf(item);
  if (place >= 0) items.splice(place, 1);
}

function setLiteral<Item>(node: Node<Item>, text: string, next: Node<Item>): void {
  node.literal ??= new Map();
  const isNew = !node.literal.has(text);
  node.literal.set(text, next);
  if (isNew && (node.folded !== null || foldCase(text) !== text)) foldLiterals(node);
}

function dropLiteral<Item>(node: Node<Item>, text: string): void {
  node.literal?.delete(text);
  if (node.literal?.size === 0) node.literal = null;
  if (node.folded !== null) foldLiterals(node);
}

function foldLiterals<Item>(node: Node<Item>): void {
  const folded = new Map<string, string[]>();
  for (const text of node.literal?.keys() ?? []) {
    const same = foldCase(text);
    folded.set(same, [...(folded.get(same) ?? []), text]);
  }
  node.folded = folded;
}

/** Takes an item that may apply, and the template of its route where the index settled method and route; else null. */
type Visit<Item> = (item: Item, template: string | null) => void;

/** Visits every item that the method and segments do not rule out. One with several routes may come twice. */
export function visitIndex<Item extends Indexed>(
  index: RouteIndex<Item>,
  asked: Asked,
  visit: Visit<Item>,
): void {
  const root = index.byMethod.get(asked.method);
  if (asked.service.paths.caseSensitive) {
    if (root !== undefined) walk(root, asked.segments, 0, visit);
    walk(index.anyMethod, asked.segments, 0, visit);
  } else {
    if (root !== undefined) walkFolded(root, foldedSegments(asked), 0, visit);
    walkFolded(index.anyMethod, foldedSegments(asked), 0, visit);
  }
}

function walk<Item>(node: Node<Item>, segments: readonly string[], depth: number, visit: Visit<Item>): void {
  for (const item of node.rest) visit(item, null);
  const segment = segments[depth];
  if (segment === undefined) {
    for (const { item, template } of node.end) visit(item, template);
    return;
  }
  const next = node.literal?.get(segment);
  if (next !== undefined) walk(next, segments, depth + 1, visit);
  if (node.one !== null && segment !== "") walk(node.one, segments, depth + 1, visit);
}

/** The same walk where upper and lower case are one. */
function walkFolded<Item>(
  node: Node<Item>,
  segments: readonly string[],
  depth: number,
  visit: Visit<Item>,
): void {
  for (const item of node.rest) visit(item, null);
  const segment = segments[depth];
  if (segment === undefined) {
    for (const { item, template } of node.end) visit(item, template);
    return;
  }
  for (const text of node.folded === null ? [segment] : (node.folded.get(segment) ?? [])) {
    const next = node.literal?.get(text);
    if (next !== undefined) walkFolded(next, segments, depth + 1, visit);
  }
  if (node.one !== null && segment !== "") walkFolded(node.one, segments, depth + 1, visit);
}
