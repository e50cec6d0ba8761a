import { Problem } from "@/lib/api/problem";
import { duplicateKeys } from "@/lib/rules/language/json-text";

/** Reads a rule's JSON text. A key named twice is refused, because parsers disagree on which one counts. */
export function parseRuleText(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const [, position] = /at position (\d+)/.exec(String(error)) ?? [];
    throw new Problem(
      "bad-request",
      position === undefined
        ? "The body is not JSON."
        : `The body is not JSON from character ${Number(position) + 1} on.`,
    );
  }
  const errors = duplicateKeys(text)
    .slice(0, 50)
    .map((path) => ({ path, message: "is there twice" }));
  if (errors.length > 0)
    throw new Problem("invalid", "The rule is not valid, and nothing was stored.", { errors });
  return value;
}
