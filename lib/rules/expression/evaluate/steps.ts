import { expressionLimits } from "@/lib/rules/expression/limits";

/** Steps left of the evaluation that is running; evaluation is synchronous, so there is one at a time. */
let left = 0;

/** Begins an evaluation with its full number of steps. */
export function startSteps(): void {
  left = expressionLimits.steps;
}

/** Takes `steps` of the running evaluation's; throws when there are none left, which ends it whatever it says. */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw new Error(tooManySteps);
}

/** Whether the limit was met: what came out then is no result, even if the expression went on without its error. */
export function stepsAreSpent(): boolean {
  return left < 0;
}

export const tooManySteps = `The expression took more than ${expressionLimits.steps.toLocaleString("en")} steps.`;

/** Steps for text that native code handles whole. */
export function spendText(...texts: unknown[]): void {
  for (const text of texts) if (typeof text === "string") spend(text.length / 256);
}

/** Steps for text that is handled character by character. */
export function spendCharacters(text: unknown): void {
  if (typeof text === "string" || text instanceof Uint8Array) spend(text.length / 16);
}
