import type { FieldError } from "@/lib/api/problem";
import { attributeCondition } from "@/lib/rules/language/attributes/attribute";
import { inside, type Condition, type Place } from "@/lib/rules/language/conditions/condition";
import { compileMatcher } from "@/lib/rules/language/matchers/matcher";
import type { AddressConditions } from "@/lib/rules/language/conditions/conditions-schema";

/** Compiles the condition on the client's address: inside any of the networks. An unknown address is absent. */
export function compileAddress(networks: AddressConditions, place: Place): Condition {
  const isBare = typeof networks === "string" || Array.isArray(networks);
  const matcher = isBare
    ? compileMatcher(
        { cidr: networks },
        { ...place, report: (error) => place.report(asWritten(error, place)) },
      )
    : compileMatcher(networks, place);
  return attributeCondition({ read: ({ address }) => address, matcher, place });
}

/** Networks that stand without `cidr` have no such key. */
function asWritten({ path, message }: FieldError, place: Place): FieldError {
  return { path: path.replace(inside(place, "cidr").path, place.path), message };
}
