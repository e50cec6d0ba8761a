import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from "@codemirror/autocomplete";
import { expressionWordsAt } from "@/components/rules/completion/expression-words";
import { knownKeys, knownValues } from "@/components/rules/completion/known-words";
import { spotAt, type Spot } from "@/components/rules/json/scan";
import { type KeyHint, keysAt, valuesAt } from "@/components/rules/completion/schema-walk";

/** Names that exist in the workspace, offered where a rule speaks of them. */
export interface KnownNames {
  scopes: readonly string[];
  roles: readonly string[];
  credentials: readonly { id: string; name: string }[];
  /** External ids. */
  customers: readonly string[];
  /** Slugs. */
  services: readonly string[];
  /** Names of what keys carry as metadata. */
  metadata: readonly string[];
}

type Schema = Readonly<Record<string, unknown>>;

/** Completes keys, values and expressions of a rule from its JSON Schema and the names that the workspace has. */
export function ruleCompletion(schema: Schema, names: () => KnownNames) {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.doc.toString();
    const spot = spotAt(text, context.pos);
    if (spot === null) return null;
    const typed = text.slice(spot.from, context.pos);
    if (spot.kind === "value" && isExpression(spot.path) && typed.startsWith('"'))
      return completeExpression(context, { typed, from: spot.from, names: names() });
    if (typed === "" && !context.explicit && !/[{[,:]\s*$/.test(text.slice(0, context.pos))) return null;
    const to = endOfToken(text, spot.from, context.pos);
    const options =
      spot.kind === "key"
        ? keyOptions(schema, { spot, rest: text.slice(to), names: names() })
        : valueOptions(schema, spot, names());
    return options.length === 0 ? null : { from: spot.from, to, options, validFor: /^"?[\w.:*/$-]*"?$/ };
  };
}

function isExpression(path: Spot["path"]): boolean {
  return path.length === 1 && path[0] === "expr";
}

function completeExpression(
  context: CompletionContext,
  { typed, from, names }: { typed: string; from: number; names: KnownNames },
): CompletionResult | null {
  const found = expressionWordsAt(typed.slice(1));
  if (found === null) return null;
  const start = from + 1 + found.from;
  if (start === context.pos && !context.explicit && !typed.endsWith(".")) return null;
  const isVariables = found.words.some(({ name }) => name === "credential.metadata");
  const metadata = isVariables ? names.metadata : [];
  const own = metadata.map((name) => ({ name: `credential.metadata.${name}`, detail: "of some keys" }));
  return {
    from: start,
    options: [...found.words, ...own].map(({ name, detail }) => ({ label: name, type: "variable", detail })),
    validFor: /^[\w.]*$/,
  };
}

/** A word or string that was begun is replaced whole, its closing quote included. */
function endOfToken(text: string, from: number, position: number): number {
  if (text[from] !== '"') return position + (/^[\w.]*/.exec(text.slice(position))?.[0].length ?? 0);
  const rest = /^[^"\n]*"/.exec(text.slice(position))?.[0];
  const hasOwnEnd = rest !== undefined && !/[{}[\],:]/.test(rest);
  return hasOwnEnd ? position + rest.length : position;
}

/** What a key's value begins as; Tab goes from inside it to behind it. */
const openings: Record<KeyHint["opens"], string> = {
  string: '"#{}"#{}',
  object: "{ #{} }#{}",
  array: "[#{}]#{}",
  other: "#{}",
};

function keyOptions(
  schema: Schema,
  { spot: { path, present }, rest, names }: { spot: Spot; rest: string; names: KnownNames },
): Completion[] {
  const hasColon = /^\s*:/.test(rest);
  const listed = keysAt(schema, path).map(({ name, description, opens }) => ({
    name,
    hint: hints(description),
    opens,
  }));
  const known = knownKeys(path, names.metadata).map(({ value, detail }) => ({
    name: value,
    hint: detailed(detail),
    opens: "other" as const,
  }));
  const taken = new Set(present);
  return [...listed, ...known]
    .filter(({ name }) => !taken.has(name) && taken.add(name))
    .map(({ name, hint, opens }) => {
      const completion = { label: JSON.stringify(name), displayLabel: name, type: "property", ...hint };
      return hasColon
        ? { ...completion, apply: JSON.stringify(name) }
        : snippetCompletion(`${JSON.stringify(name)}: ${openings[opens]}`, completion);
    });
}

function valueOptions(schema: Schema, { path }: Spot, names: KnownNames): Completion[] {
  const listed = valuesAt(schema, path).map(({ value }) => option(JSON.stringify(value), String(value)));
  const known = knownValues(path, Date.now()).map(({ value, detail }) =>
    option(JSON.stringify(value), value, detail),
  );
  return [...listed, ...known, ...nameOptions(path, names)];
}

function option(apply: string, displayLabel: string, detail?: string): Completion {
  return { label: apply, displayLabel, type: "enum", ...detailed(detail) };
}

function detailed(detail: string | undefined): { detail?: string } {
  return detail === undefined || detail === "" ? {} : { detail };
}

const named = (values: readonly string[]) => values.map((value) => option(JSON.stringify(value), value));

/** Scopes, roles, keys, customers and services of the workspace, where an attribute is compared with text. */
function nameOptions(path: Spot["path"], names: KnownNames): Completion[] {
  if (path[0] === "attachments") {
    if (path.at(-1) === "service") return named(names.services);
    return path.at(-1) === "credential" ? named(names.credentials.map(({ name }) => name)) : [];
  }
  const at = path.lastIndexOf("credential");
  const attribute = at < 0 ? undefined : path[at + 1];
  const operator = path.slice(at + 2).find((step) => typeof step === "string");
  if (operator !== undefined && operator !== "in" && operator !== "contains") return [];
  switch (attribute) {
    case "scopes":
      return named(names.scopes);
    case "roles":
      return named(names.roles);
    case "customer":
      return named(names.customers);
    case "name":
      return named(names.credentials.map(({ name }) => name));
    case "id":
      return names.credentials.map(({ id, name }) => option(JSON.stringify(id), id, name));
    case "environment":
      return named(["live", "test"]);
    case undefined:
    default:
      return [];
  }
}

/** The first words beside the name, and the whole below where there is more. */
function hints(description: string | undefined): { detail?: string; info?: string } {
  if (description === undefined) return {};
  const detail = shortened(description);
  return detail === description ? { detail } : { detail, info: description };
}

function shortened(text: string): string {
  const first = text.split(/[.;:]/)[0] ?? text;
  return first.length > 34 ? `${first.slice(0, 33)}…` : first;
}
