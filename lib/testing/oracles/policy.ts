/** Attributes that every request of the fragment has, with their types. */
export const attributes = {
  subject: { dept: "text", level: "number", active: "flag", roles: "list" },
  resource: { owner: "text", size: "number", open: "flag", tags: "list" },
  context: { channel: "text", hour: "number", vpn: "flag", signals: "list" },
} as const;

export type EntityName = keyof typeof attributes;
export type AttributeType = "text" | "number" | "flag" | "list";
export type Literal = string | number | boolean;

/** One operator with its right side. */
export type Operator =
  | { name: "equals"; right: Literal }
  | { name: "in"; right: readonly Literal[] }
  | { name: "prefix" | "suffix" | "contains"; right: string }
  | { name: "gt" | "gte" | "lt" | "lte"; right: number };

/** One attribute: any of the alternatives, all operators of one. */
export interface Leaf {
  entity: EntityName;
  attribute: string;
  type: AttributeType;
  alternatives: readonly (readonly Operator[])[];
}

/** What must hold; a block is leaves of different attributes, all of which must. */
export type Formula =
  | { kind: "block"; leaves: readonly Leaf[] }
  | { kind: "all" | "any"; parts: readonly Formula[] }
  | { kind: "not"; part: Formula };

/** One rule before any engine's own language. */
export interface AbstractRule {
  effect: "allow" | "deny";
  /** Null for every action. */
  actions: readonly string[] | null;
  when: Formula | null;
  unless: Formula | null;
}

export type AbstractPolicy = readonly AbstractRule[];

export type Value = Literal | readonly string[];
export type Values = Readonly<Record<string, Value>>;

/** One question that every engine can be asked. */
export interface AbstractRequest {
  subject: { id: string; properties: Values };
  action: string;
  resource: { id: string; properties: Values };
  context: Values;
}
