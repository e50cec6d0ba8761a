/** A JSON Schema node; members are read with the guards below. */
type Node = Readonly<Record<string, unknown>>;

function asNode(value: unknown): Node | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function asNodes(value: unknown): Node[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.map(asNode).filter((node) => node !== null);
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A key that an object may have. */
export interface KeyHint {
  name: string;
  description: string | undefined;
  /** What its value usually begins with. */
  opens: "object" | "array" | "string" | "other";
}

/** A value that fits. */
export interface ValueHint {
  value: string | number | boolean;
  description: string | undefined;
}

/** Every schema that a place may follow: references resolved, alternatives opened. */
function open(root: Node, node: Node, seen: ReadonlySet<Node> = new Set()): Node[] {
  if (seen.has(node)) return [];
  const now = new Set([...seen, node]);
  const reference = asText(node["$ref"]);
  const target = reference === undefined ? null : dereference(root, reference);
  const alternatives = [...asNodes(node["anyOf"]), ...asNodes(node["oneOf"]), ...asNodes(node["allOf"])];
  const own = alternatives.length === 0 && target === null ? [node] : hasShape(node) ? [node] : [];
  return [
    ...own,
    ...(target === null ? [] : open(root, target, now)),
    ...alternatives.flatMap((one) => open(root, one, now)),
  ];
}

function hasShape(node: Node): boolean {
  return ["properties", "items", "enum", "const", "type"].some((name) => name in node);
}

function dereference(root: Node, reference: string): Node | null {
  if (reference === "#") return root;
  return reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<Node | null>((node, name) => (node === null ? null : asNode(node[name])), root);
}

function inside(root: Node, node: Node, step: string | number): Node[] {
  if (typeof step === "number")
    return [asNode(node["items"])].flatMap((item) => (item === null ? [] : open(root, item)));
  const named = asNode(asNode(node["properties"])?.[step]);
  if (named !== null) return open(root, named);
  const patterns = Object.entries(asNode(node["patternProperties"]) ?? {}).filter(([pattern]) =>
    new RegExp(pattern, "u").test(step),
  );
  const matched = asNodes(patterns.map(([, value]) => value));
  const rest = matched.length > 0 ? matched : asNodes([node["additionalProperties"]]);
  return rest.flatMap((item) => open(root, item));
}

function at(root: Node, path: readonly (string | number)[]): Node[] {
  return path.reduce<Node[]>(
    (nodes, step) => nodes.flatMap((node) => inside(root, node, step)),
    open(root, root),
  );
}

/** Keys that the object at `path` may have. */
export function keysAt(schema: Node, path: readonly (string | number)[]): KeyHint[] {
  const hints = new Map<string, KeyHint>();
  for (const node of at(schema, path))
    for (const [name, value] of Object.entries(asNode(node["properties"]) ?? {})) {
      const property = asNode(value);
      if (property !== null && !hints.has(name))
        hints.set(name, { name, description: describe(schema, property), opens: opening(schema, property) });
    }
  return [...hints.values()];
}

/** Values that fit at `path`, as far as the schema lists them. */
export function valuesAt(schema: Node, path: readonly (string | number)[]): ValueHint[] {
  const hints = new Map<string | number | boolean, ValueHint>();
  const add = (value: unknown, description: string | undefined) => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      hints.set(value, { value, description });
  };
  for (const node of at(schema, path)) {
    const listed: unknown = node["enum"];
    if (Array.isArray(listed)) for (const value of listed) add(value, asText(node["description"]));
    if ("const" in node) add(node["const"], asText(node["description"]));
    if (node["type"] === "boolean") for (const value of [true, false]) add(value, undefined);
  }
  return [...hints.values()];
}

/** What the schema says of the place, for a hover. */
export function describeAt(schema: Node, path: readonly (string | number)[]): string | null {
  const last = path.at(-1);
  if (typeof last !== "string") return null;
  for (const node of at(schema, path.slice(0, -1))) {
    const property = asNode(asNode(node["properties"])?.[last]);
    const words = property === null ? undefined : describe(schema, property);
    if (words !== undefined) return words;
  }
  return (
    at(schema, path)
      .map((node) => asText(node["description"]))
      .find((words) => words !== undefined) ?? null
  );
}

function describe(root: Node, node: Node): string | undefined {
  return (
    asText(node["description"]) ??
    open(root, node)
      .map((one) => asText(one["description"]))
      .find((words) => words !== undefined)
  );
}

function opening(root: Node, node: Node): KeyHint["opens"] {
  const types = open(root, node).map((one) => ("enum" in one ? "string" : asText(one["type"])));
  if (types.includes("string")) return "string";
  if (types.includes("object")) return "object";
  return types.includes("array") ? "array" : "other";
}
