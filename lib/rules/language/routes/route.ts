import type { Condition, Place, Truth } from "@/lib/rules/language/conditions/condition";
import { failed, no, silenced, yes } from "@/lib/rules/language/conditions/condition";
import { shown } from "@/lib/rules/language/attributes/shown";
import { foldCase } from "@/lib/rules/language/fold-case";
import { compileRegex, patternInputMax } from "@/lib/rules/language/pattern";
import { foldedSegments, pathText, type Asked } from "@/lib/rules/language/question";
import type { OneRoute } from "@/lib/rules/language/conditions/conditions-schema";
import { ruleLimits } from "@/lib/rules/language/limits";

/** One segment of a template: exact text (`folded` for services that ignore case), any one segment, or any number of them. */
export type RouteSegment =
  { kind: "literal"; text: string; folded: string } | { kind: "one" } | { kind: "rest" };

/** A route ready to match. */
export interface CompiledRoute extends Condition {
  /** The template or regex as written, for the record. */
  template: string;
  /** Every form it takes once its optional segments are opened; null for a regex. */
  forms: readonly (readonly RouteSegment[])[] | null;
}

/** Compiles a template or regex. Reports what is not a route. */
export function compileRoute(route: OneRoute, place: Place): CompiledRoute {
  const template = typeof route === "string" ? route : route.regex;
  const forms = typeof route === "string" ? parseTemplate(route, place) : null;
  const matches =
    forms === null ? regexTest(template, { ...place, path: `${place.path}.regex` }) : formsTest(forms);
  const operator = forms === null ? "route regex" : "route";
  // An AuthZEN question has no path, and an absent value makes every matcher false.
  const test = (asked: Asked) => (asked.evaluation === undefined ? matches(asked) : no);
  return {
    template,
    forms,
    test,
    why(asked) {
      const truth = test(asked);
      if (truth === yes) return null;
      const failure = { path: place.path, left: shown(pathText(asked)), operator, right: template };
      return truth === no
        ? failure
        : { ...failure, error: `The path is longer than ${patternInputMax} characters.` };
    },
  };
}

/**
 * Where the service ignores case the pattern does too; it is compiled so when the first such call comes. A path that is
 * too long for patterns is an error, so that no deny is slipped past by making it longer.
 */
function regexTest(source: string, place: Place): (asked: Asked) => Truth {
  const exact = compileRegex(source, place);
  let ignoringCase: typeof exact | null = null;
  return (asked) => {
    const text = pathText(asked);
    if (text.length > patternInputMax) return failed;
    if (asked.service.paths.caseSensitive) return exact(text) ? yes : no;
    ignoringCase ??= compileRegex(`(?i:${source})`, silenced(place));
    return ignoringCase(text) ? yes : no;
  };
}

function formsTest(forms: readonly (readonly RouteSegment[])[]): (asked: Asked) => Truth {
  const folded = forms.map((form) => form.map(foldSegment));
  return (asked) => {
    const isOne = asked.service.paths.caseSensitive
      ? forms.some((form) => matchesForm(form, asked.segments))
      : folded.some((form) => matchesForm(form, foldedSegments(asked)));
    return isOne ? yes : no;
  };
}

function foldSegment(segment: RouteSegment): RouteSegment {
  return segment.kind === "literal" ? { ...segment, text: segment.folded } : segment;
}

/** The same walk as a glob's: one point of return, at the last `**`, so cost never explodes. */
function matchesForm(form: readonly RouteSegment[], segments: readonly string[]): boolean {
  let [f, s, rest, mark] = [0, 0, -1, 0];
  while (s < segments.length) {
    const wanted = form[f];
    if (wanted?.kind === "rest") {
      rest = f++;
      mark = s;
    } else if (wanted !== undefined && fits(wanted, segments[s])) {
      f++;
      s++;
    } else if (rest >= 0) {
      f = rest + 1;
      s = ++mark;
    } else return false;
  }
  while (form[f]?.kind === "rest") f++;
  return f === form.length;
}

function fits(wanted: RouteSegment, segment: string | undefined): boolean {
  return wanted.kind === "literal" ? wanted.text === segment : segment !== "";
}

const parameter = /^\{([A-Za-z_][A-Za-z0-9_]*)(\?)?\}$/;

/** A template's forms, shortest first: `/v1/{id?}` is `/v1` and `/v1/{id}`. Reports every wrong place. */
function parseTemplate(template: string, place: Place): RouteSegment[][] {
  const refuse = (message: string) => place.report({ path: place.path, message });
  if (!template.startsWith("/")) refuse("must begin with /");
  const parts = template === "/" ? [] : template.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (parts.length > ruleLimits.routeSegments) refuse(`has more than ${ruleLimits.routeSegments} segments`);
  const names = new Set<string>();
  const form: RouteSegment[] = [];
  const forms: RouteSegment[][] = [];
  for (const part of parts) {
    const [, name, optional] = parameter.exec(part) ?? [];
    if (name !== undefined && names.has(name)) refuse(`names {${name}} twice`);
    if (name !== undefined) names.add(name);
    if (optional !== undefined) forms.push([...form]);
    else if (forms.length > 0) refuse("may have optional segments only at its end");
    form.push(readSegment(part, refuse));
  }
  return [...forms, form];
}

function readSegment(part: string, refuse: (message: string) => void): RouteSegment {
  if (part === "**") return { kind: "rest" };
  if (part === "*" || parameter.test(part)) return { kind: "one" };
  if (part === "") refuse("has an empty segment");
  else if (part === "." || part === "..") refuse("must not hold . or .. segments");
  else if (/[*{}]/.test(part))
    refuse(`“${part}” is not a segment: {name}, * and ** stand for whole segments; a regex can say more`);
  else if (/[?#\\\p{Cc}]/u.test(part))
    refuse(`“${part}” is not a path segment; a query is no part of a route`);
  else if (/%[0-9a-f]{2}/i.test(part))
    refuse(`“${part}” must be written decoded, because routes match decoded segments`);
  const text = internalized(part);
  return { kind: "literal", text, folded: foldCase(text) };
}

/** The JavaScript engine's own copy of a text, as it keeps the names of properties: one for all that are alike. */
function internalized(text: string): string {
  return Object.keys({ [text]: null })[0] ?? text;
}
