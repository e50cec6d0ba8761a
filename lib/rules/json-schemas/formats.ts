import ajvFormats, { type FormatName } from "ajv-formats";
import { schemaFormats } from "@/lib/rules/language/limits";

/** No text longer than this has a format, so that checking one takes no time worth counting. */
const lengthMax = 320;

/** As ajv takes them. */
export const formats: Readonly<Record<string, (text: string) => boolean>> = Object.fromEntries(
  schemaFormats.map((name) => [name, bounded(testOf(name))]),
);

function bounded(test: (text: string) => boolean): (text: string) => boolean {
  return (text) => text.length <= lengthMax && test(text);
}

function testOf(name: FormatName): (text: string) => boolean {
  const format = ajvFormats.get(name);
  if (format instanceof RegExp) return (text) => format.test(text);
  const validate = typeof format === "object" && "validate" in format ? format.validate : format;
  if (validate instanceof RegExp) return (text) => validate.test(text);
  return (text) => typeof validate === "function" && isTrue(validate, text);
}

function isTrue(validate: CallableFunction, text: string): boolean {
  const valid: unknown = validate(text);
  return valid === true;
}
