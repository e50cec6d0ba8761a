/** Every size limit of a rule. What goes beyond is refused at write time with the place. */
export const ruleLimits = {
  /** The rule's JSON text. */
  bytes: 65_536,
  /** `any`, `all` and `not` inside one another. */
  nesting: 5,
  /** Conditions of one rule, counted after arrays are opened. */
  conditions: 200,
  /** Entries of one array of alternatives. */
  alternatives: 500,
  /** Characters of a literal. */
  literal: 1_000,
  /** Characters of a glob or regex. */
  pattern: 500,
  /** Instructions of a compiled regex. */
  regexInstructions: 500,
  /** The same of all its patterns together; of a glob, its characters. */
  patternCost: 2_000,
  /** Characters of an expression. */
  expression: 4_000,
  /** Characters and segments of a route. */
  route: 500,
  routeSegments: 32,
  tests: 50,
  attachments: 1_000,
  rulesPerWorkspace: 20_000,
} as const;

/** Formats that a rule's JSON Schema may name. */
export const schemaFormats = [
  "date",
  "time",
  "date-time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uuid",
] as const;
