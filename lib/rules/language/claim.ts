/** Verified claims of a JWT. */
export type Claims = Readonly<Record<string, unknown>>;

/** A claim by its exact name, which may hold dots; else by the path that the name spells, such as `realm_access.roles`. */
export function claimAt(claims: Claims, name: string): unknown {
  const exact = own(claims, name);
  return exact === undefined && name.includes(".") ? name.split(".").reduce<unknown>(own, claims) : exact;
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
