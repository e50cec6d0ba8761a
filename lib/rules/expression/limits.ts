/** What an expression may cost. A step is about a tenth of a microsecond: a node evaluated, a field read, some characters. */
export const expressionLimits = {
  /** Brackets inside one another. */
  nesting: 50,
  /** How deep the parsed expression may be. */
  depth: 250,
  /** Items that a list of unknown length is taken to have when the cost of an expression is estimated. */
  assumedItems: 100,
  /** Estimated steps beyond which an expression is refused. */
  estimatedSteps: 200_000,
  /** Steps that one evaluation may really take. */
  steps: 20_000,
  /** Characters of text that may be read as a number, time or duration. */
  convertible: 128,
  /** Compiled patterns that are not literals of an expression, kept for the next evaluation. */
  keptPatterns: 200,
} as const;
