import { attributeCondition } from "@/lib/rules/language/attributes/attribute";
import type { Condition, Place } from "@/lib/rules/language/condition";
import { compileMatcher } from "@/lib/rules/language/matchers/matcher";
import type { AddressConditions } from "@/lib/rules/language/conditions-schema";

/** Compiles the condition on the client's address: inside any of the networks. An unknown address is absent. */
export function compileAddress(networks: AddressConditions, place: Place): Condition {
  const comparison = typeof networks === "string" || Array.isArray(networks) ? { cidr: networks } : networks;
  return attributeCondition({
    read: ({ address }) => address,
    matcher: compileMatcher(comparison, place),
    place,
  });
}
