import { z } from "zod";
import { Problem, type FieldError } from "@/lib/api/problem";
import { checkRule, fieldErrors } from "@/lib/rules/writing/check";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { Attachments, Rule, RulesetNumber, type Attachment, type StoredRule } from "@/lib/rules/schema";

/** What stands beside the rule in a write. What was read may be sent back whole: `id` and the times are ignored. */
const Envelope = z.object({
  attachments: Attachments.optional(),
  version: RulesetNumber.optional(),
  id: z.unknown().optional(),
  createdAt: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
  updatedBy: z.unknown().optional(),
});

/** A rule as a caller wrote it. */
export interface WrittenRule {
  rule: Rule;
  attachments: Attachment[] | undefined;
  /** The version that the caller read, if it says. */
  version: number | undefined;
}

/** Checks a whole rule with its attachments. Throws `invalid` with every wrong place; nothing may be stored then. */
export function readWrittenRule(input: unknown): WrittenRule {
  const envelope = readEnvelope(input);
  const checked = checkRule(envelope.rest, serverEngines);
  if (!checked.ok) throw invalidRule(checked.errors);
  return { rule: checked.rule, attachments: envelope.attachments, version: envelope.version };
}

/** Checks a change: fields given replace the stored ones, null removes one, the others stay. */
export function readRuleChange(input: unknown): {
  change: Record<string, unknown>;
  attachments: Attachment[] | undefined;
  version: number | undefined;
} {
  const { rest, attachments, version } = readEnvelope(input);
  return { change: rest, attachments, version };
}

/** The stored rule with a change laid over it, checked as a whole. */
export function changedRule(stored: StoredRule, change: Record<string, unknown>): Rule {
  const rule = Object.fromEntries(Object.entries(stored).filter(([key]) => Object.hasOwn(Rule.shape, key)));
  const merged = Object.entries({ ...rule, ...change }).filter(([, value]) => value !== null);
  const checked = checkRule(Object.fromEntries(merged), serverEngines);
  if (!checked.ok) throw invalidRule(checked.errors);
  return checked.rule;
}

/** Refuses a time that has passed already, where it is new. */
export function requireAheadExpiry(rule: Rule, before: string | undefined): void {
  if (rule.expiresAt === undefined || rule.expiresAt === before || Date.parse(rule.expiresAt) > Date.now())
    return;
  throw invalidRule([{ path: "expiresAt", message: "has passed already" }]);
}

export function invalidRule(errors: FieldError[]): Problem {
  return new Problem("invalid", "The rule is not valid, and nothing was stored.", { errors });
}

function readEnvelope(input: unknown) {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw invalidRule([{ path: "", message: "must be a JSON object" }]);
  const parsed = Envelope.safeParse(input);
  if (!parsed.success) throw invalidRule(fieldErrors(parsed.error.issues));
  const rest = Object.fromEntries(
    Object.entries(input).filter(([key]) => !Object.hasOwn(Envelope.shape, key)),
  );
  return { rest, attachments: parsed.data.attachments, version: parsed.data.version };
}
