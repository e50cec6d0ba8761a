import type { Base } from "@/components/rules/draft/base";
import { ruleText } from "@/components/rules/json/rule-text";
import { blankText, templates } from "@/components/rules/templates";

/** What a new rule begins as: a template, or an empty frame; attached to a service where it was begun there. */
export function newBase({ template, service }: { template: string | null; service: string | null }): Base {
  const chosen = templates.find(({ id }) => id === template);
  return {
    stored: null,
    text: chosen === undefined ? blankText : ruleText(chosen.rule),
    attachments: service === null ? [] : [{ service }],
  };
}
