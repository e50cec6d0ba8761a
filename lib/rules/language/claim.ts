import { stepsOf } from "@/lib/rules/language/attributes/field-path";

/** Verified claims of a JWT. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads a claim by its exact name, which may hold dots; else by the path that the name spells, such as
 * `realm_access.roles`, where `\.` is a dot inside a name: `https://hasura\.io/claims.role`.
 */
export function claimReader(name: string): (claims: Claims) => unknown {
  if (!name.includes(".")) return (claims) => own(claims, name);
  const steps = stepsOf(name);
  return (claims) => {
    const exact = own(claims, name);
    return exact === undefined ? steps.reduce<unknown>(own, claims) : exact;
  };
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
