/** A name that an expression may use. */
export interface ExpressionWord {
  /** What is written, such as `request.method` or `size(`. */
  name: string;
  /** What it is, in a few words. */
  detail: string;
}

/** What an expression may read, as `docs/guides/expressions.md` lists it. A test holds them together. */
export const expressionVariables: readonly ExpressionWord[] = [
  { name: "request.method", detail: "text; HEAD reads GET" },
  { name: "request.path", detail: "text" },
  { name: "request.segments", detail: "list of text" },
  { name: "request.headers", detail: "text by name, joined" },
  { name: "request.headerValues", detail: "lists of text by name" },
  { name: "request.query", detail: "text by name" },
  { name: "request.queryValues", detail: "lists of text by name" },
  { name: "request.body", detail: "JSON or form" },
  { name: "request.ip", detail: "text" },
  { name: "credential.id", detail: "text" },
  { name: "credential.name", detail: "text" },
  { name: "credential.environment", detail: "live or test" },
  { name: "credential.scopes", detail: "list of text" },
  { name: "credential.roles", detail: "list of text" },
  { name: "credential.customer", detail: "text" },
  { name: "credential.labels", detail: "list of text" },
  { name: "credential.externalId", detail: "text" },
  { name: "credential.metadata", detail: "JSON" },
  { name: "token", detail: "verified claims of a JWT" },
  { name: "service.slug", detail: "text" },
  { name: "service.name", detail: "text" },
  { name: "subject.type", detail: "text" },
  { name: "subject.id", detail: "text" },
  { name: "subject.properties", detail: "JSON" },
  { name: "action.name", detail: "text" },
  { name: "action.properties", detail: "JSON" },
  { name: "resource.type", detail: "text" },
  { name: "resource.id", detail: "text" },
  { name: "resource.properties", detail: "JSON" },
  { name: "context", detail: "JSON" },
  { name: "now", detail: "this moment" },
];

/** After a dot: macros over lists, and functions of text. */
const members: readonly ExpressionWord[] = [
  { name: "all(", detail: "of a list: i, condition" },
  { name: "exists(", detail: "of a list: i, condition" },
  { name: "filter(", detail: "of a list: i, condition" },
  { name: "map(", detail: "of a list: i, value" },
  { name: "size()", detail: "of text, a list, a map" },
  { name: "startsWith(", detail: "of text" },
  { name: "endsWith(", detail: "of text" },
  { name: "contains(", detail: "of text" },
  { name: "matches(", detail: "of text: RE2, anywhere" },
  { name: "getHours()", detail: "of a time, UTC" },
  { name: "getDayOfWeek()", detail: "of a time, 0 is Sunday" },
];

const globals: readonly ExpressionWord[] = [
  { name: "has(", detail: "whether a field is there" },
  { name: "size(", detail: "of text, a list, a map" },
  { name: "timestamp(", detail: "from RFC 3339 text" },
  { name: "duration(", detail: "from text such as 1h" },
  { name: "int(", detail: "a number without fraction" },
  { name: "true", detail: "" },
  { name: "false", detail: "" },
];

/**
 * Names that may go on from `before`, the expression's text up to the cursor; `from` is where the word that they
 * replace begins in it. Null inside a text literal.
 */
export function expressionWordsAt(before: string): { from: number; words: readonly ExpressionWord[] } | null {
  const outside = before.replaceAll('\\"', '"').replace(/"[^"]*"|'[^']*'/g, "");
  if (/['"]/.test(outside)) return null;
  const typed = /[A-Za-z_][\w.]*$|$/.exec(before)?.[0] ?? "";
  const from = before.length - typed.length;
  const dot = typed.lastIndexOf(".");
  const startsName = expressionVariables.some(({ name }) => name.startsWith(typed) && name !== typed);
  if (typed !== "" && startsName) return { from, words: expressionVariables };
  if (dot >= 0 || before.at(from - 1) === ".") return { from: from + dot + 1, words: members };
  return { from, words: [...expressionVariables, ...globals] };
}
