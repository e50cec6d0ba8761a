"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { RuleDraft } from "@/components/rules/draft/use-rule-draft";
import { useSettled } from "@/components/rules/draft/use-settled";
import { markOf, type Mark } from "@/components/rules/json/marks";
import { findValues } from "@/components/rules/json/scan";
import { validations } from "@/lib/client/rules/trials";
import type { TestOutcome } from "@/lib/rules/language/inline-test";

/** What is known of a draft once the API was asked about it. */
export interface ServerAnswer {
  marks: readonly Mark[];
  /** How its tests went: judged here at every change, or by the API where the rule needs that. */
  tests: readonly TestOutcome[];
  /** The tests are still to be judged, or are of an older text. */
  asking: boolean;
  /** Steps that its expression may take, of how many; null without one, and until the API has said. */
  steps: { estimated: number; most: number } | null;
}

/**
 * Asks the API about a text that the browser found right, a moment after typing stopped. A rule with an expression or a
 * JSON Schema is judged there only; while it is asked, the last answer stays.
 */
export function useServerAnswer({ base, checked, text }: RuleDraft): ServerAnswer {
  const { valid, needsServer, value } = checked;
  const wanted = valid && (needsServer || text !== base.text) ? value : null;
  const settled = useSettled(wanted, 400);
  const validation = useQuery({
    ...validations.of(settled),
    enabled: settled !== null,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const { data, isPlaceholderData, isFetching } = validation;
  const errors = !valid || data === undefined || isPlaceholderData ? [] : data.errors;
  const cost = data?.cost;
  return {
    marks: errors.map((error) => markOf(findValues(text), error)),
    tests: valid && needsServer ? (data?.tests ?? []) : checked.tests,
    steps:
      !needsServer || cost === undefined || cost.steps === 0
        ? null
        : { estimated: cost.steps, most: cost.stepsMax },
    asking: valid && needsServer && (isFetching || JSON.stringify(settled) !== JSON.stringify(wanted)),
  };
}
