import { parseDocument } from "yaml";
import { Problem } from "@/lib/api/problem";
import { yamlLengthMax } from "@/lib/services/openapi/schema";

/** An object of a document whose parts are not known yet. */
export type Part = Readonly<Record<string, unknown>>;

export function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at a place of an object, or an empty one. */
export function partAt(part: Part, name: string): Part {
  const value = Object.hasOwn(part, name) ? part[name] : undefined;
  return isPart(value) ? value : {};
}

/** Reads an OpenAPI 3.0 or 3.1 document, given as object, JSON or YAML. Throws `invalid` with what is wrong. */
export function readDocument(given: Part | string): Part {
  const document = typeof given === "string" ? parsed(given) : given;
  if (!isPart(document)) throw wrongDocument("must be an OpenAPI document");
  const version = document.openapi;
  if (typeof version !== "string" || !/^3\.[01](?:\.|$)/.test(version))
    throw wrongDocument("must be an OpenAPI document of version 3.0 or 3.1");
  // Read as one without operations, it would take every required scope away.
  if (!isPart(document.paths)) throw wrongDocument("must have paths, an object");
  return document;
}

function parsed(text: string): unknown {
  if (/^\s*\{/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // Flow-style YAML begins so too.
    }
  }
  if (text.length > yamlLengthMax)
    throw wrongDocument(`is longer than ${yamlLengthMax} characters of YAML; send it as JSON`);
  try {
    const document = parseDocument(text, { uniqueKeys: true, stringKeys: true });
    const [error] = document.errors;
    if (error !== undefined)
      throw wrongDocument(`is not valid YAML: ${error.message.split("\n", 1)[0] ?? ""}`);
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw wrongDocument("cannot be read: it nests too deep or repeats itself too often");
  }
}

export function wrongDocument(message: string): Problem {
  return new Problem("invalid", "Some fields are not valid.", { errors: [{ path: "document", message }] });
}

const hopsMax = 5;

/** What a part refers to in the same document; null where it refers elsewhere, to nothing, or round in circles. */
export function resolved(document: Part, part: unknown): Part | null {
  let found = part;
  for (let hop = 0; hop <= hopsMax; hop++) {
    if (!isPart(found)) return null;
    const reference = found.$ref;
    if (reference === undefined) return found;
    if (typeof reference !== "string" || !reference.startsWith("#/")) return null;
    found = pointed(document, reference);
  }
  return null;
}

function pointed(document: Part, reference: string): unknown {
  let found: unknown = document;
  for (const token of reference.slice(2).split("/")) {
    const name = unescaped(token);
    if (!isPart(found) || name === null || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

function unescaped(token: string): string | null {
  try {
    return decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return null;
  }
}
