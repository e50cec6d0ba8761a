import { ruleText } from "@/components/rules/json/rule-text";
import { Rule, type Attachment, type StoredRule } from "@/lib/rules/schema";

/** What a draft is compared with: the rule as it was read, or what a new one began as. */
export interface Base {
  /** Null for a rule that is not stored yet. */
  stored: StoredRule | null;
  text: string;
  attachments: readonly Attachment[];
}

/** The rule's own JSON, without what the API keeps beside it. */
export function ruleOf(stored: StoredRule): Rule {
  return Rule.parse(
    Object.fromEntries(Object.entries(stored).filter(([name]) => Object.hasOwn(Rule.shape, name))),
  );
}

export function baseOf(stored: StoredRule): Base {
  return { stored, text: ruleText(ruleOf(stored)), attachments: stored.attachments };
}
