import { claimReader } from "@/lib/rules/language/claim";
import { attributeCondition } from "@/lib/rules/language/attributes/attribute";
import type { Condition, Place } from "@/lib/rules/language/conditions/condition";
import { compileMatcher } from "@/lib/rules/language/matchers/matcher";
import { includes, type HoldsItem } from "@/lib/rules/language/matchers/operators";
import { scopeMatcher } from "@/lib/rules/language/matchers/scope-matcher";
import type { RuleCredential } from "@/lib/rules/language/question";
import {
  credentialAttributes,
  type CredentialAttribute,
  type Matcher,
} from "@/lib/rules/language/conditions/conditions-schema";
import { holds } from "@/lib/scopes/grant";

type Read = (credential: RuleCredential) => unknown;

/** What a JWT says its subject is called must not pass for the name of a key: only `id`, `scopes` and its claims are asked of it. */
export const credentialReaders: Record<CredentialAttribute, Read> = {
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
  if (includes(list, wanted)) return true;
  const scopes = list.filter((item) => typeof item === "string");
  return typeof wanted === "string" && holds(scopes, wanted);
};

/** Compiles the matcher of one attribute; null values and empty lists are absent. */
export function compileAttribute(name: string, matcher: Matcher, place: Place): Condition {
  const compiled =
    name === "scopes"
      ? compileMatcher(scopeMatcher(matcher), place, { holdsItem: holdsScope })
      : compileMatcher(matcher, place);
  const read = reader(name);
  return attributeCondition({
    read: ({ credential }) => (credential === null ? undefined : read(credential)),
    matcher: compiled,
    place,
  });
}

/** Compiles the matcher of one claim of a verified JWT, the same way; for a key, or without a credential, every claim is absent. */
export function compileClaim(name: string, matcher: Matcher, place: Place): Condition {
  const read = claimReader(name);
  return attributeCondition({
    read: ({ credential }) => (credential?.token === undefined ? undefined : read(credential.token)),
    matcher: compileMatcher(matcher, place),
    place,
  });
}

function reader(name: string): Read {
  if (isNamed(name)) return credentialReaders[name];
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
