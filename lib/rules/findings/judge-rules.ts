import { covers } from "@/lib/rules/findings/covers";
import type { TemplatesRead } from "@/lib/rules/findings/covers-route";
import type { Finding, FindingKind } from "@/lib/rules/findings/schema";
import type { ResolvedAttachment } from "@/lib/rules/verdict/ruleset";
import type { Rule } from "@/lib/rules/schema";

/** A stored rule as findings look at it. */
export interface StoredForFindings {
  id: string;
  rule: Rule;
  createdAt: Date;
  places: readonly ResolvedAttachment[];
  lastMatchedAt: string | null;
}

/** What rules are judged against. */
export interface FindingContext {
  nowMs: number;
  days: number;
  /** By id. */
  services: ReadonlyMap<string, { slug: string; defaultVerdict: string; methods: readonly string[] }>;
  /** Keys that will never call again. */
  revokedKeys: ReadonlySet<string>;
}

const dayMs = 86_400_000;
const soonDays = 30;

/** What one rule shows by itself. */
export function ownFindings(stored: StoredForFindings, context: FindingContext): Finding[] {
  const { rule } = stored;
  if (rule.mode === "off") return [];
  const found = [expiry(stored, context), idleness(stored, context), lackOfEffect(stored, context)];
  return found.filter((finding) => finding !== null);
}

function expiry({ id, rule }: StoredForFindings, { nowMs }: FindingContext): Finding | null {
  if (rule.expiresAt === undefined) return null;
  const leftMs = Date.parse(rule.expiresAt) - nowMs;
  if (leftMs <= 0)
    return finding(
      { id, rule },
      { kind: "expired", at: rule.expiresAt, reason: "It has stopped and judges nothing any more." },
    );
  if (leftMs > soonDays * dayMs) return null;
  return finding(
    { id, rule },
    { kind: "expires-soon", at: rule.expiresAt, reason: `It stops within ${soonDays} days.` },
  );
}

function idleness(
  { id, rule, createdAt, lastMatchedAt }: StoredForFindings,
  { nowMs, days }: FindingContext,
): Finding | null {
  const sinceMs = nowMs - days * dayMs;
  if (createdAt.getTime() > sinceMs) return null;
  if (lastMatchedAt !== null && Date.parse(lastMatchedAt) > sinceMs) return null;
  const reason = lastMatchedAt === null ? "It never matched a call." : `It matched no call for ${days} days.`;
  return finding({ id, rule }, { kind: "never-matched", at: lastMatchedAt, reason });
}

function lackOfEffect({ id, rule, places }: StoredForFindings, context: FindingContext): Finding | null {
  const say = (reason: string) => finding({ id, rule }, { kind: "without-effect", at: null, reason });
  if (places.length === 0) return say("It is attached nowhere.");
  if (places.every(({ keyId }) => keyId !== null && context.revokedKeys.has(keyId)))
    return say("Every credential that it is attached to is revoked.");
  if (places.every((place) => methodsNeverMeet(rule, place, context)))
    return say("The services that it is attached to take none of its methods.");
  if (rule.effect === "allow" && places.every((place) => allowsAnyway(place, context)))
    return say("The services that it is attached to allow whatever no rule denies.");
  return null;
}

function serviceAt({ serviceId }: ResolvedAttachment, { services }: FindingContext) {
  return serviceId === null ? undefined : services.get(serviceId);
}

function allowsAnyway(place: ResolvedAttachment, context: FindingContext): boolean {
  return serviceAt(place, context)?.defaultVerdict === "allow";
}

function methodsNeverMeet({ when }: Rule, place: ResolvedAttachment, context: FindingContext): boolean {
  const taken = serviceAt(place, context)?.methods ?? [];
  if (taken.length === 0 || when?.method === undefined) return false;
  const asked: readonly string[] = Array.isArray(when.method) ? when.method : [when.method];
  const isMet = (method: string) => taken.includes(method) || (method === "HEAD" && taken.includes("GET"));
  return !asked.some((method) => isMet(method) || (method === "GET" && taken.includes("HEAD")));
}

/** Whether a rule is one that can deny whatever another matches: enforced, and not stopped. */
export function mayCover({ rule, places }: StoredForFindings, { nowMs }: FindingContext): boolean {
  return rule.effect === "deny" && rule.mode === "enforce" && endOf(rule) > nowMs && places.length > 0;
}

/** What a rule shows beside a deny that {@link mayCover}: that it matches wherever and as long as the rule does, whatever the rule matches. */
export function coverage(
  stored: StoredForFindings,
  { deny, templates }: { deny: StoredForFindings; templates: TemplatesRead },
): Finding | null {
  if (stored.id === deny.id || stored.rule.mode === "off" || stored.places.length === 0) return null;
  if (endOf(deny.rule) < endOf(stored.rule)) return null;
  if (!stored.places.every((place) => deny.places.some((wide) => takesIn(wide, place)))) return null;
  if (!covers(deny.rule, stored.rule, templates)) return null;
  const by = { id: deny.id, name: deny.rule.name };
  const reason = `${by.name} denies every call that it matches.`;
  return finding(stored, { kind: "covered", at: null, by, reason });
}

/** What a rule says and where, as one text: two of the same text are doubles. */
export function whatItSays({ rule, places }: StoredForFindings): string {
  const { effect, mode, when, unless, expr, expiresAt } = rule;
  const where = places.map(({ serviceId, keyId }) => `${serviceId} ${keyId}`).sort();
  return JSON.stringify(sortedKeys({ effect, mode, when, unless, expr, expiresAt, where }));
}

/** The finding of a rule that says what the one before it by name says. */
export function doubling(stored: StoredForFindings, first: StoredForFindings): Finding {
  const by = { id: first.id, name: first.rule.name };
  return finding(stored, { kind: "duplicate", at: null, by, reason: `${by.name} says the same.` });
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedKeys(item)]));
}

function endOf({ expiresAt }: Rule): number {
  return expiresAt === undefined ? Infinity : Date.parse(expiresAt);
}

/** Whether whatever is judged at `place` is judged at `wide` too. */
function takesIn(wide: ResolvedAttachment, place: ResolvedAttachment): boolean {
  return (
    (wide.serviceId === null || wide.serviceId === place.serviceId) &&
    (wide.keyId === null || wide.keyId === place.keyId)
  );
}

function finding(
  { id, rule }: Pick<StoredForFindings, "id" | "rule">,
  found: { kind: FindingKind; at: string | null; reason: string; by?: Finding["by"] },
): Finding {
  const { name, effect, mode } = rule;
  return { by: null, ...found, rule: { id, name, effect, mode } };
}
