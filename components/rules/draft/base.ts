import { ruleText } from "@/components/rules/json/rule-text";
import type { Attachment, Rule, StoredRule } from "@/lib/rules/schema";

/** What a draft is compared with: the rule as it was read, or what a new one began as. */
export interface Base {
  /** Null for a rule that is not stored yet. */
  stored: StoredRule | null;
  text: string;
  attachments: readonly Attachment[];
}

/** The rule's own JSON, without what the API keeps beside it. */
export function ruleOf(stored: StoredRule & { matches?: unknown }): Rule {
  const rule: Rule & Partial<StoredRule> & { matches?: unknown } = { ...stored };
  delete rule.matches;
  delete rule.id;
  delete rule.version;
  delete rule.attachments;
  delete rule.createdAt;
  delete rule.updatedAt;
  delete rule.updatedBy;
  return rule;
}

/** Slug of the first service that a rule is attached to. */
export function firstService({ attachments }: Pick<StoredRule, "attachments">): string | null {
  return attachments.find((place) => place.service !== undefined)?.service ?? null;
}

export function baseOf(stored: StoredRule): Base {
  return { stored, text: ruleText(ruleOf(stored)), attachments: stored.attachments };
}
