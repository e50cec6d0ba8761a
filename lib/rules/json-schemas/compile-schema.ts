import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { CompiledSchema, Complaint } from "@/lib/rules/verdict/engines";
import { boundedSchema } from "@/lib/rules/json-schemas/bounded-schema";
import { formats } from "@/lib/rules/json-schemas/formats";
import { failed, no, yes, type Place, type Truth } from "@/lib/rules/language/conditions/condition";
import type { Search } from "@/lib/rules/language/pattern";
import type { JsonSchema } from "@/lib/rules/language/conditions/conditions-schema";

/** Checks that judging one value may come to: checks of the schema × values of the body, and instructions × characters of its patterns. */
export const judgingMax = { checks: 5_000_000, patternSteps: 8_000_000 } as const;

/** Thrown out of a validator whose patterns meet more text than they may. */
const tooCostly = Symbol("too costly");

/** For judging schemas by the draft's own; user schemas are never compiled here, because ajv keeps what it compiles. */
const draft = new Ajv2020({ strict: true, logger: false });

/**
 * Compiles a rule's JSON Schema. Its cost is bounded before: only references inside it that lead to no circle, patterns
 * by RE2, and no value is judged that could come to more than {@link judgingMax}. Reports to `place` what is refused.
 */
export function compileSchema(schema: JsonSchema, place: Place): CompiledSchema {
  const compiled = readSchema(schema, place);
  if (compiled !== null) compiled.compile();
  return compiled ?? refused;
}

/** The same for rules that were found good when they were written: the costly half waits for the first value. */
export function compileSchemaLater(schema: JsonSchema, place: Place): CompiledSchema {
  return readSchema(schema, place) ?? refused;
}

const refused: CompiledSchema = { test: () => failed, complaint: () => null };

function readSchema(schema: JsonSchema, place: Place): (CompiledSchema & { compile: () => void }) | null {
  let sound = true;
  const watched: Place = {
    ...place,
    report(error) {
      sound = false;
      place.report(error);
    },
  };
  const { checks, patterns } = boundedSchema(schema, watched);
  if (!sound || !isOfDraft(schema, place)) return null;
  const meter = { stepsLeft: 0 };
  let validate: ValidateFunction | null | undefined;
  const compile = () => {
    if (validate === undefined) validate = compiled(schema, { patterns, meter, place });
    return validate;
  };
  const weightMax = judgingMax.checks / checks;
  const test = (value: unknown): Truth => {
    if (weight(value, weightMax) > weightMax) return failed;
    meter.stepsLeft = judgingMax.patternSteps;
    try {
      const fits = compile()?.(value);
      return fits === undefined ? failed : fits ? yes : no;
    } catch {
      return failed;
    }
  };
  const complaint = (value: unknown) =>
    test(value) === no ? complaintOf(validate?.errors?.[0], value) : null;
  return { compile, test, complaint };
}

/** Whether every keyword holds what the draft says it does. */
function isOfDraft(schema: JsonSchema, place: Place): boolean {
  if (draft.validateSchema(schema) === true) return true;
  for (const { instancePath, message = "is not valid" } of draft.errors ?? [])
    report(place, instancePath, message);
  return false;
}

interface Parts {
  patterns: ReadonlyMap<string, Search>;
  meter: { stepsLeft: number };
  place: Place;
}

function compiled(schema: JsonSchema, { patterns, meter, place }: Parts): ValidateFunction | null {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: true,
    strictTuples: false,
    strictRequired: false,
    allowUnionTypes: true,
    ownProperties: true,
    meta: false,
    validateSchema: false,
    formats,
    logger: false,
    code: { regExp: Object.assign(meteredPatterns(patterns, meter), { code: "meteredPattern" }) },
  });
  try {
    return ajv.compile(schema);
  } catch (error) {
    const said = error instanceof Error ? error.message : "cannot be compiled";
    const [, message = said, at = ""] = /^strict mode: (.*) at "#([^"]*)"/.exec(said) ?? [];
    report(place, at, message);
    return null;
  }
}

/** ajv's place for regular expressions: RE2 compiled before, each try counted. ajv tells them apart by `toString`. */
function meteredPatterns(patterns: Parts["patterns"], meter: Parts["meter"]) {
  return (source: string) => {
    const search = patterns.get(source);
    return {
      toString: () => source,
      test(text: string): boolean {
        meter.stepsLeft -= text.length * (search?.instructions ?? 1);
        if (meter.stepsLeft < 0 || search === undefined) throw tooCostly;
        return search.found(text);
      },
    };
  };
}

function report(place: Place, pointer: string, message: string): void {
  const path = [place.path, ...stepsOf(pointer)].join(".");
  place.report({ path, message });
}

/** The values of a value, and its text by the page; no further than `max`. */
function weight(value: unknown, max: number): number {
  if (typeof value === "string") return 1 + value.length / 16;
  if (typeof value !== "object" || value === null) return 1;
  let sum = 1;
  for (const [name, inner] of Object.entries(value)) {
    sum += name.length / 16 + weight(inner, max - sum);
    if (sum > max) return sum;
  }
  return sum;
}

function complaintOf(error: ErrorObject | undefined, root: unknown): Complaint | null {
  if (error === undefined) return null;
  const { instancePath: at, message = "does not fit" } = error;
  const value = stepsOf(at).reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, step) : undefined),
    root,
  );
  return { at, value, message };
}

/** The steps of a JSON pointer (RFC 6901). */
function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
}
