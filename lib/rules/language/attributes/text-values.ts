import { attributeCondition } from "@/lib/rules/language/attributes/attribute";
import { inside, type Condition, type Place } from "@/lib/rules/language/conditions/condition";
import { compileMatcher } from "@/lib/rules/language/matchers/matcher";
import type { Asked, Values } from "@/lib/rules/language/question";
import { headersOf, queryOf } from "@/lib/rules/language/question";
import type { Matcher } from "@/lib/rules/language/conditions/conditions-schema";
import { isSecretName } from "@/lib/rules/language/secret-names";

/** Headers whose one value may hold a comma: dates, cookies, User-Agent. All others are lists (RFC 9110, section 5.6.1). */
const unsplit: ReadonlySet<string> = new Set([
  "cookie",
  "set-cookie",
  "date",
  "expires",
  "if-modified-since",
  "if-range",
  "if-unmodified-since",
  "last-modified",
  "retry-after",
  "sunset",
  "user-agent",
]);

/**
 * Headers that carry credentials. Latchkey's own are gone before rules are judged, and what is left belongs to the
 * upstream; rules speak of callers by `credential` and `token`.
 */
export const credentialHeaders: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "x-api-key",
  "hook-private-key",
  "hookio-private-key",
]);

/** The one spelling of a header's name: lower case, `_` read as `-`. */
export function headerName(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

/** Compiles the matcher of one header. Values split at commas, and empty parts do not count beside others. */
export function compileHeader(written: string, matcher: Matcher, block: Place): Condition {
  const place = inside(block, written);
  const name = headerName(written);
  if (!/^[a-z0-9!#$%&'*+.^`|~-]{1,100}$/.test(name))
    place.report({ path: place.path, message: "is not the name of a header" });
  if (credentialHeaders.has(name))
    place.report({
      path: place.path,
      message: "holds a credential, which rules never see; ask credential or token",
    });
  const split = unsplit.has(name) ? (value: string) => [value] : splitAtCommas;
  return attributeCondition({
    read: (asked) => splitValues(valueOf(headersOf(asked), name), split),
    matcher: compileMatcher(matcher, place, { reading: "text" }),
    place,
    isSecret: isSecretName(name),
  });
}

/** Compiles the matcher of one query parameter; its name counts to the letter. */
export function compileParameter(name: string, matcher: Matcher, block: Place): Condition {
  const place = inside(block, name);
  return attributeCondition({
    read: (asked: Asked) => valueOf(queryOf(asked), name),
    matcher: compileMatcher(matcher, place, { reading: "text" }),
    place,
    isSecret: isSecretName(name),
  });
}

/** The value under its exact name; nothing is inherited. */
export function valueOf(values: Values, name: string): Values[string] | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function splitValues(value: Values[string] | undefined, split: (value: string) => string[]): unknown {
  if (value === undefined) return undefined;
  if (typeof value === "string") return value.includes(",") ? split(value) : value.trim();
  return value.flatMap(split);
}

function splitAtCommas(value: string): string[] {
  const parts = value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.length > 0 ? parts : [""];
}
