import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from "@codemirror/autocomplete";
import { spotAt, type Spot } from "@/components/rules/json/scan";
import { type KeyHint, keysAt, valuesAt } from "@/components/rules/json/schema-walk";

/** Names that exist in the workspace, offered where a rule speaks of them. */
export interface KnownNames {
  scopes: readonly string[];
  roles: readonly string[];
  credentials: readonly { id: string; name: string }[];
}

/** Completes keys and values of a rule from its JSON Schema and the names that the workspace has. */
export function ruleCompletion(schema: Readonly<Record<string, unknown>>, names: () => KnownNames) {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.doc.toString();
    const spot = spotAt(text, context.pos);
    if (spot === null) return null;
    const typed = text.slice(spot.from, context.pos);
    if (typed === "" && !context.explicit && !/[{[,:]\s*$/.test(text.slice(0, context.pos))) return null;
    const to = endOfToken(text, spot.from, context.pos);
    const options =
      spot.kind === "key" ? keyOptions(schema, spot, text.slice(to)) : valueOptions(schema, spot, names());
    return options.length === 0 ? null : { from: spot.from, to, options, validFor: /^"?[\w.:*-]*"?$/ };
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
  schema: Readonly<Record<string, unknown>>,
  { path, present }: Spot,
  rest: string,
): Completion[] {
  const hasColon = /^\s*:/.test(rest);
  return keysAt(schema, path)
    .filter(({ name }) => !present.includes(name))
    .map(({ name, description, opens }) => {
      const completion = { label: `"${name}"`, displayLabel: name, type: "property", ...hints(description) };
      return hasColon
        ? { ...completion, apply: `"${name}"` }
        : snippetCompletion(`"${name}": ${openings[opens]}`, completion);
    });
}

function valueOptions(
  schema: Readonly<Record<string, unknown>>,
  { path }: Spot,
  names: KnownNames,
): Completion[] {
  const listed = valuesAt(schema, path).map(({ value }) => option(JSON.stringify(value), String(value)));
  return [...listed, ...nameOptions(path, names)];
}

function option(apply: string, displayLabel: string, detail?: string): Completion {
  return { label: apply, displayLabel, type: "enum", ...(detail === undefined ? {} : { detail }) };
}

/** Scopes, roles and keys of the workspace, where an attribute is compared with text. */
function nameOptions(path: Spot["path"], { scopes, roles, credentials }: KnownNames): Completion[] {
  const at = path.lastIndexOf("credential");
  const attribute = at < 0 ? undefined : path[at + 1];
  const operator = path.slice(at + 2).find((step) => typeof step === "string");
  if (operator !== undefined && operator !== "in" && operator !== "contains") return [];
  if (attribute === "scopes") return scopes.map((scope) => option(JSON.stringify(scope), scope));
  if (attribute === "roles") return roles.map((role) => option(JSON.stringify(role), role));
  if (attribute === "name") return credentials.map(({ name }) => option(JSON.stringify(name), name));
  if (attribute === "id") return credentials.map(({ id, name }) => option(JSON.stringify(id), id, name));
  if (attribute === "environment") return ["live", "test"].map((one) => option(JSON.stringify(one), one));
  return [];
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
