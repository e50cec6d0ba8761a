import type { Comparison, Matcher } from "@/lib/rules/language/conditions/conditions-schema";
import { canonicalScope } from "@/lib/scopes/catalogue";

type Literal = string | number | boolean;

/** A matcher of scopes with every scope in its one spelling: `datastore::set` means `set:datastore` here too. */
export function scopeMatcher(matcher: Matcher): Matcher {
  return Array.isArray(matcher) ? matcher.map(spelledOne) : spelledOne(matcher);
}

function spelledOne(one: Literal | Comparison): Literal | Comparison {
  if (typeof one !== "object") return spelled(one);
  return {
    ...one,
    ...(one.in === undefined ? {} : { in: one.in.map(spelled) }),
    ...(one.contains === undefined ? {} : { contains: spelled(one.contains) }),
  };
}

function spelled(literal: Literal): Literal {
  return typeof literal === "string" ? canonicalScope(literal) : literal;
}
