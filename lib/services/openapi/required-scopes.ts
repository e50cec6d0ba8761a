import { methods } from "@/lib/rules/catalogue";
import { neededScopes } from "@/lib/services/openapi/alternatives";
import { isPart, type Part, partAt, resolved, wrongDocument } from "@/lib/services/openapi/document";
import { basePaths, routeOf } from "@/lib/services/openapi/route-of";
import type { ImportNote } from "@/lib/services/openapi/schema";
import type { RequiredScopes } from "@/lib/services/schema";

const operationsMax = 3_000;

/** What a document asks for, as far as required scopes can say it. */
export interface ReadScopes {
  operations: number;
  requiredScopes: RequiredScopes[];
  notes: ImportNote[];
}

/** One operation at one of its addresses. */
interface Placed {
  at: string;
  method: (typeof methods)[number];
  route: string;
  scopes: string[];
}

interface Reading {
  document: Part;
  useServers: boolean;
  operations: number;
  placed: Placed[];
  notes: ImportNote[];
}

/**
 * Reads the security requirements of every operation. `basePath` says whether servers' paths stand before the document's.
 * Throws `invalid` for more operations than are read.
 */
export function readRequiredScopes(document: Part, basePath: "none" | "servers"): ReadScopes {
  const reading: Reading = {
    document,
    useServers: basePath === "servers",
    operations: 0,
    placed: [],
    notes: [],
  };
  for (const [path, given] of Object.entries(partAt(document, "paths"))) {
    if (path.startsWith("x-")) continue;
    const item = resolved(document, given);
    if (item === null)
      reading.notes.push({
        at: path,
        effect: "weaker",
        message: "It refers to another document, which is not fetched, or to nothing.",
      });
    else readItem(path, item, reading);
  }
  noteCovered(reading);
  return { operations: reading.operations, requiredScopes: merged(reading.placed), notes: reading.notes };
}

function readItem(path: string, item: Part, reading: Reading): void {
  for (const method of methods) {
    const operation = item[method.toLowerCase()];
    if (isPart(operation)) readOperation({ path, method, item, operation }, reading);
    else if (operation !== undefined)
      reading.notes.push({ at: `${method} ${path}`, effect: "weaker", message: "It is no operation." });
  }
}

interface Operation {
  path: string;
  method: Placed["method"];
  item: Part;
  operation: Part;
}

function readOperation({ path, method, item, operation }: Operation, reading: Reading): void {
  const { document, useServers, notes } = reading;
  const at = `${method} ${path}`;
  if (++reading.operations > operationsMax) throw wrongDocument(`has more than ${operationsMax} operations`);
  const { scopes, remarks } = neededScopes(document, operation.security ?? document.security);
  notes.push(...remarks.map((remark) => ({ at, ...remark })));
  const bases = useServers ? basePaths(operation.servers ?? item.servers ?? document.servers) : [""];
  for (const base of bases) {
    const found = base === null ? null : routeOf(path, base);
    if (found !== null) reading.placed.push({ at, method, route: found.route, scopes });
    if (scopes.length === 0) continue;
    if (found === null)
      notes.push({ at, effect: "weaker", message: "Its address cannot be said as a route." });
    else if (found.wider)
      notes.push({
        at,
        effect: "stricter",
        message: `The route ${found.route} also stands for other paths, because a parameter is only part of a segment.`,
      });
  }
}

/**
 * Where a document has both `/pets/mine` and `/pets/{id}`, its first is not the second; routes that match both need the
 * scopes of both. Says where that asks for more than the document.
 */
function noteCovered({ placed, notes }: Reading): void {
  const groups = new Map<string, (Placed & { segments: string[] })[]>();
  for (const one of placed) {
    const segments = one.route.split("/").map((segment) => (/^[*{]/.test(segment) ? "*" : segment));
    const key = `${one.method} ${segments.length}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ ...one, segments });
  }
  for (const group of groups.values()) {
    const wide = group.filter(({ scopes, segments }) => scopes.length > 0 && segments.includes("*"));
    for (const one of group) {
      const more = wide
        .filter((other) => other.route !== one.route && covers(other.segments, one.segments))
        .flatMap(({ scopes }) => scopes.filter((scope) => !one.scopes.includes(scope)));
      if (more.length > 0)
        notes.push({
          at: one.at,
          effect: "stricter",
          message: `It also needs ${[...new Set(more)].join(", ")}, because the route of another operation covers it.`,
        });
    }
  }
}

function covers(wide: readonly string[], narrow: readonly string[]): boolean {
  return wide.every((segment, at) => segment === "*" || segment === narrow[at]);
}

/** One entry for the methods of a route that need the same. */
function merged(placed: readonly Placed[]): RequiredScopes[] {
  const entries = new Map<string, { methods: Placed["method"][]; route: string; scopes: string[] }>();
  for (const { method, route, scopes } of placed) {
    if (scopes.length === 0) continue;
    const key = JSON.stringify([route, scopes]);
    const entry = entries.get(key);
    if (entry === undefined) entries.set(key, { methods: [method], route, scopes });
    else if (!entry.methods.includes(method)) entry.methods.push(method);
  }
  return [...entries.values()];
}
