import { startPlace } from "@/lib/rules/language/conditions/condition";
import type { OneRoute } from "@/lib/rules/language/conditions/conditions-schema";
import { compileRoute, type RouteSegment } from "@/lib/rules/language/routes/route";

type Form = readonly RouteSegment[];

/** Templates read before, by their text: thousands of comparisons read each once. */
export type TemplatesRead = Map<string, readonly Form[]>;

/** Whether every path that `narrow` matches is matched by `wide`. A regex covers only itself, and is covered by `/**`. */
export function coversRoute(wide: OneRoute, narrow: OneRoute, templates: TemplatesRead = new Map()): boolean {
  if (wide === "/**") return true;
  if (typeof wide !== "string" || typeof narrow !== "string")
    return typeof wide !== "string" && typeof narrow !== "string" && wide.regex === narrow.regex;
  const wideForms = formsOf(wide, templates);
  return formsOf(narrow, templates).every((form) =>
    wideForms.some((other) => coversForm({ wide: other, narrow: form, inVain: new Set() }, 0, 0)),
  );
}

function formsOf(template: string, templates: TemplatesRead): readonly Form[] {
  const known = templates.get(template);
  if (known !== undefined) return known;
  const place = startPlace({ path: "route", quantifier: "all" });
  const forms = compileRoute(template, place).forms ?? [];
  templates.set(template, forms);
  return forms;
}

interface Forms {
  wide: Form;
  narrow: Form;
  /** Places of the two that were compared in vain, so that many `**` stay cheap. */
  inVain: Set<number>;
}

/** `**` takes any number of the other's segments, its `**` among them; one segment takes one that is not `**`. */
function coversForm(forms: Forms, wideAt: number, narrowAt: number): boolean {
  const wide = forms.wide[wideAt];
  const narrow = forms.narrow[narrowAt];
  if (wide === undefined) return narrow === undefined;
  if (wide.kind !== "rest") return fits(wide, narrow) && coversForm(forms, wideAt + 1, narrowAt + 1);
  const place = wideAt * (forms.narrow.length + 1) + narrowAt;
  if (forms.inVain.has(place)) return false;
  if (coversForm(forms, wideAt + 1, narrowAt)) return true;
  if (narrow !== undefined && coversForm(forms, wideAt, narrowAt + 1)) return true;
  forms.inVain.add(place);
  return false;
}

function fits(wide: RouteSegment, narrow: RouteSegment | undefined): boolean {
  if (narrow === undefined || narrow.kind === "rest" || wide.kind === "rest") return false;
  return wide.kind === "one" || (narrow.kind === "literal" && narrow.text === wide.text);
}
