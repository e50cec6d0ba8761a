import {
  both,
  either,
  failed,
  no,
  yes,
  type Condition,
  type Place,
  type Truth,
} from "@/lib/rules/language/condition";
import { claimAt } from "@/lib/rules/language/claim";
import type { RuleCredential } from "@/lib/rules/language/question";
import {
  compileMatcher,
  failedOperator,
  type CompiledMatcher,
  type HoldsItem,
} from "@/lib/rules/language/value";
import { scopeMatcher } from "@/lib/rules/language/scope-matcher";
import { credentialAttributes, type CredentialAttribute, type Matcher } from "@/lib/rules/schema";
import { holds } from "@/lib/scopes/grant";

type Read = (credential: RuleCredential) => unknown;

/** What a JWT says its subject is called must not pass for the name of a key: only `id`, `scopes` and its claims are asked of it. */
const readers: Record<CredentialAttribute, Read> = {
  id: (credential) => credential.keyId,
  name: (credential) => (credential.token === undefined ? credential.name : undefined),
  environment: (credential) => (credential.token === undefined ? credential.environment : undefined),
  scopes: (credential) => credential.scopes,
  roles: (credential) => credential.roles,
  customer: (credential) => credential.customer?.externalId,
  labels: (credential) => credential.labels,
  externalId: (credential) => credential.externalId,
};

/** A key holds a scope as grants are held, so a deny on `admin:users` also meets a key with `admin:*`. */
const holdsScope: HoldsItem = (list, wanted) => {
  if (list.includes(wanted)) return true;
  const scopes = list.filter((item) => typeof item === "string");
  return typeof wanted === "string" && holds(scopes, wanted);
};

/** Compiles the matcher of one attribute; null values and empty lists are absent. */
export function compileAttribute(name: string, matcher: Matcher, place: Place): Condition {
  const compiled =
    name === "scopes"
      ? compileMatcher(scopeMatcher(matcher), place, holdsScope)
      : compileMatcher(matcher, place);
  return conditionOn(reader(name), compiled, place);
}

/** Compiles the matcher of one claim of a verified JWT, the same way; for a key, or without a credential, every claim is absent. */
export function compileClaim(name: string, matcher: Matcher, place: Place): Condition {
  const read: Read = ({ token }) => (token === undefined ? undefined : claimAt(token, name));
  return conditionOn(read, compileMatcher(matcher, place), place);
}

function conditionOn(read: Read, compiled: CompiledMatcher, place: Place): Condition {
  const { quantifier } = place;
  return {
    test: ({ credential }) => {
      const value = credential === null ? undefined : read(credential);
      if (isAbsent(value)) return compiled.matchesAbsent ? yes : no;
      return testValue(compiled, value, quantifier);
    },
    why: ({ credential }) => {
      const value = credential === null ? undefined : read(credential);
      return whyValue(compiled, value, place);
    },
  };
}

function reader(name: string): Read {
  if (isNamed(name)) return readers[name];
  const steps = name.split(".").slice(1);
  return (credential) => steps.reduce<unknown>(ownProperty, credential.metadata);
}

function isNamed(name: string): name is CredentialAttribute {
  return Object.hasOwn(credentialAttributes, name);
}

function ownProperty(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function testValue(matcher: CompiledMatcher, value: unknown, quantifier: Place["quantifier"]): Truth {
  if (!Array.isArray(value)) return matcher.test(value, null);
  const list: readonly unknown[] = value;
  const combine = quantifier === "any" ? either : both;
  let truth: Truth = quantifier === "any" ? no : yes;
  for (const item of list) truth = combine(truth, matcher.test(item, list));
  return truth;
}

function whyValue(matcher: CompiledMatcher, value: unknown, place: Place) {
  if (isAbsent(value)) {
    const [first] = matcher.alternatives[0] ?? [];
    return matcher.matchesAbsent
      ? null
      : { path: place.path, left: null, operator: first?.name ?? "exists", right: first?.right ?? true };
  }
  const truth = testValue(matcher, value, place.quantifier);
  if (truth === yes) return null;
  const list: readonly unknown[] | null = Array.isArray(value) ? value : null;
  const culprit = (list ?? [value])
    .map((item) => failedOperator(matcher, item, list))
    .find((operator) => operator?.truth === truth);
  return {
    path: place.path,
    left: value,
    operator: culprit?.name ?? "equals",
    right:
      matcher.alternatives.length > 1
        ? matcher.alternatives.map((operators) => operators[0]?.right)
        : culprit?.right,
    ...(truth === failed ? { error: "The value cannot be compared this way." } : {}),
  };
}
