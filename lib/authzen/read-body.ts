import { isUtf8 } from "node:buffer";
import type { z } from "zod";
import { Problem } from "@/lib/api/problem";
import { inputProblem } from "@/lib/api/router";
import { duplicateKeys, nestsDeeperThan } from "@/lib/rules/language/json-text";

/** Objects and lists inside one another, at most. */
const nestingMax = 64;

/** A body as JSON that can be read in one way only (RFC 7493): UTF-8, no name twice, not too deep. Throws `bad-request`. */
export function readJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw badRequest("The body is not UTF-8.");
  const text = bytes.toString("utf8");
  const value = parse(text);
  if (mayNest(text) && nestsDeeperThan(value, nestingMax))
    throw badRequest(`The body nests deeper than ${nestingMax} levels.`);
  const [twice] = duplicateKeys(text);
  if (twice !== undefined) throw badRequest(`The body names ${twice} twice.`);
  if (text.includes("\\u") && holdsUnstorable(value))
    throw badRequest("Text here may not hold NUL or half a character.");
  return value;
}

/** What a schema makes of it, or `bad-request` with every wrong place: the standard knows no other status for that. */
export function readAs<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Problem("bad-request", placesOf(result.error.issues));
}

function placesOf(issues: Parameters<typeof inputProblem>[0]): string {
  const { errors = [] } = inputProblem(issues).extra;
  return `${errors
    .slice(0, 5)
    .map(({ path, message }) => (path === "" ? `The body: ${message}` : `${path}: ${message}`))
    .join("; ")}.`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("The body is not JSON.");
  }
}

/** So many levels need so many characters to open and close. */
function mayNest(text: string): boolean {
  return text.length > nestingMax * 2;
}

/** NUL, or half of a surrogate pair. */
const unstorable = /\0|\p{Surrogate}/u;

function holdsUnstorable(value: unknown): boolean {
  if (typeof value === "string") return unstorable.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, item]) => holdsUnstorable(name) || holdsUnstorable(item));
}

function badRequest(sentence: string): Problem {
  return new Problem("bad-request", sentence);
}
