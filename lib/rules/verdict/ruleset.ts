import type { CompiledRule } from "@/lib/rules/verdict/compile";
import { editIndex, emptyIndex, type RouteIndex } from "@/lib/rules/language/routes/route-index";
import { compileGate, hasGate, type ServiceGate } from "@/lib/rules/language/routes/service-gate";
import type { CompiledService } from "@/lib/services/schema";

/** Where a rule applies, by ids: both null is the workspace, both set one credential on one service. */
export interface ResolvedAttachment {
  serviceId: string | null;
  keyId: string | null;
}

/** The rules of one place of attachment: indexed for judging, listed for explaining. */
export interface AttachedRules {
  index: RouteIndex<CompiledRule>;
  rules: readonly CompiledRule[];
  attachment: ResolvedAttachment;
  readsBody: boolean;
}

/** A rule and its places. */
export interface PlacedRule {
  rule: CompiledRule;
  attachments: readonly ResolvedAttachment[];
}

/** One numbered state of a workspace's rules and services, compiled. One of these answers a whole request; it never changes. */
export interface CompiledRuleset {
  workspace: { id: string; slug: string };
  version: number;
  /** By slug. */
  services: ReadonlyMap<string, CompiledService>;
  /** What services ask before their rules, by id; those that ask nothing have none. */
  gates: ReadonlyMap<string, ServiceGate>;
  /** Every rule by id, those that are off or have stopped included. */
  placed: ReadonlyMap<string, PlacedRule>;
  everywhere: AttachedRules;
  byService: ReadonlyMap<string, AttachedRules>;
  byCredential: ReadonlyMap<string, AttachedRules>;
  /** By key id, then by service id. */
  byPair: ReadonlyMap<string, ReadonlyMap<string, AttachedRules>>;
  /** The time that rules were compared with: those that stopped by then judge nothing. Milliseconds since 1970. */
  asOfMs: number;
  /** When the first of its rules stops, in milliseconds since 1970; infinite when none does. */
  nextExpiryMs: number;
}

/** What a ruleset is made from. */
export interface RulesetSource {
  workspace: { id: string; slug: string };
  version: number;
  services: readonly CompiledService[];
  rules: readonly PlacedRule[];
}

/** What a newer version has that the held one has not. */
export interface RulesetChange {
  workspace: { id: string; slug: string };
  version: number;
  /** Services that are new or changed, and ids of those that may be gone or changed. */
  services: readonly CompiledService[];
  serviceIds: readonly string[];
  /** The same of rules. */
  rules: readonly PlacedRule[];
  ruleIds: readonly string[];
}

/** Indexes the rules that are on and have not stopped at `nowMs`. */
export function buildRuleset(source: RulesetSource, nowMs: number): CompiledRuleset {
  const { workspace, version, services, rules } = source;
  return changeRuleset(
    emptyRuleset(workspace),
    { workspace, version, services, serviceIds: [], rules, ruleIds: [] },
    nowMs,
  );
}

/** A workspace before its first rule and service. */
export function emptyRuleset(workspace: { id: string; slug: string }): CompiledRuleset {
  return {
    workspace,
    version: 0,
    services: new Map(),
    gates: new Map(),
    placed: new Map(),
    everywhere: noRules({ serviceId: null, keyId: null }),
    byService: new Map(),
    byCredential: new Map(),
    byPair: new Map(),
    asOfMs: -Infinity,
    nextExpiryMs: Infinity,
  };
}

/**
 * The ruleset after a change, as {@link buildRuleset} of the whole would make it. The one before stays as it is, for
 * those that are judging by it, and both share what the change leaves alone.
 */
export function changeRuleset(
  before: CompiledRuleset,
  change: RulesetChange,
  nowMs: number,
): CompiledRuleset {
  const placed = new Map(before.placed);
  const places = editPlaces(before);
  for (const id of [...change.ruleIds, ...change.rules.map(({ rule }) => rule.id)]) {
    const old = placed.get(id);
    if (old !== undefined && placed.delete(id)) places.remove(old);
  }
  for (const one of stoppedSince(before, placed, nowMs)) places.remove(one);
  for (const one of change.rules) {
    placed.set(one.rule.id, one);
    if (judges(one.rule, nowMs)) places.add(one);
  }
  const { workspace, version } = change;
  return {
    workspace,
    version,
    ...changedServices(before, change),
    placed,
    ...places.finish(),
    asOfMs: nowMs,
    nextExpiryMs: firstExpiry(placed, nowMs),
  };
}

/** The same version from `nowMs` on: rules that have stopped judge no more. */
export function withoutStopped(ruleset: CompiledRuleset, nowMs: number): CompiledRuleset {
  const { workspace, version } = ruleset;
  return changeRuleset(
    ruleset,
    { workspace, version, services: [], serviceIds: [], rules: [], ruleIds: [] },
    nowMs,
  );
}

function judges(rule: CompiledRule, nowMs: number): boolean {
  return rule.mode !== "off" && rule.expiresAtMs > nowMs;
}

function stoppedSince(
  { asOfMs, nextExpiryMs }: CompiledRuleset,
  placed: ReadonlyMap<string, PlacedRule>,
  nowMs: number,
): PlacedRule[] {
  if (nextExpiryMs > nowMs) return [];
  return [...placed.values()].filter(({ rule }) => rule.expiresAtMs > asOfMs && rule.expiresAtMs <= nowMs);
}

function firstExpiry(placed: ReadonlyMap<string, PlacedRule>, nowMs: number): number {
  let first = Infinity;
  for (const { rule } of placed.values())
    if (rule.expiresAtMs < first && judges(rule, nowMs)) first = rule.expiresAtMs;
  return first;
}

function changedServices(
  before: CompiledRuleset,
  { services: changed, serviceIds }: RulesetChange,
): Pick<CompiledRuleset, "services" | "gates"> {
  if (changed.length === 0 && serviceIds.length === 0)
    return { services: before.services, gates: before.gates };
  const gone = new Set([...serviceIds, ...changed.map(({ id }) => id)]);
  const kept = [...before.services.values()].filter(({ id }) => !gone.has(id));
  const gates = new Map([...before.gates].filter(([id]) => !gone.has(id)));
  for (const service of changed) if (hasGate(service)) gates.set(service.id, compileGate(service));
  return { services: new Map([...kept, ...changed].map((service) => [service.slug, service])), gates };
}

interface PlaceEdit {
  add(placed: PlacedRule): void;
  remove(placed: PlacedRule): void;
  finish(): Pick<CompiledRuleset, "everywhere" | "byService" | "byCredential" | "byPair">;
}

/** Collects changes by place, so that each place is edited once. */
function editPlaces(before: CompiledRuleset): PlaceEdit {
  const touched = new Map<string, { attachment: ResolvedAttachment; edit: AttachedEdit }>();
  const editAt = (attachment: ResolvedAttachment): AttachedEdit => {
    const name = `${attachment.keyId ?? ""} ${attachment.serviceId ?? ""}`;
    const found = touched.get(name);
    if (found !== undefined) return found.edit;
    const edit = editAttached(placeOf(before, attachment) ?? noRules(attachment));
    touched.set(name, { attachment, edit });
    return edit;
  };
  return {
    add: ({ rule, attachments }) => {
      for (const attachment of attachments) editAt(attachment).add(rule);
    },
    remove: ({ rule, attachments }) => {
      for (const attachment of attachments) editAt(attachment).remove(rule);
    },
    finish() {
      let { everywhere } = before;
      const byService = new Map(before.byService);
      const byCredential = new Map(before.byCredential);
      const byPair = new Map(before.byPair);
      for (const { attachment, edit } of touched.values()) {
        const { serviceId, keyId } = attachment;
        const rules = edit.finish();
        if (serviceId === null && keyId === null) everywhere = rules;
        else if (keyId === null) keep(byService, serviceId ?? "", rules);
        else if (serviceId === null) keep(byCredential, keyId, rules);
        else {
          const ofKey = new Map(byPair.get(keyId));
          keep(ofKey, serviceId, rules);
          if (ofKey.size === 0) byPair.delete(keyId);
          else byPair.set(keyId, ofKey);
        }
      }
      return { everywhere, byService, byCredential, byPair };
    },
  };
}

function keep(places: Map<string, AttachedRules>, name: string, rules: AttachedRules): void {
  if (rules.rules.length === 0) places.delete(name);
  else places.set(name, rules);
}

function placeOf(
  ruleset: CompiledRuleset,
  { serviceId, keyId }: ResolvedAttachment,
): AttachedRules | undefined {
  if (keyId === null) return serviceId === null ? ruleset.everywhere : ruleset.byService.get(serviceId);
  return serviceId === null ? ruleset.byCredential.get(keyId) : ruleset.byPair.get(keyId)?.get(serviceId);
}

interface AttachedEdit {
  add(rule: CompiledRule): void;
  remove(rule: CompiledRule): void;
  finish(): AttachedRules;
}

function editAttached({ index, rules, attachment }: AttachedRules): AttachedEdit {
  const edit = editIndex(index);
  const listed = new Set(rules);
  return {
    add(rule) {
      listed.add(rule);
      edit.add(rule);
    },
    remove(rule) {
      if (listed.delete(rule)) edit.remove(rule);
    },
    finish: () => {
      const left = [...listed];
      return {
        index: edit.finish(),
        rules: left,
        attachment,
        readsBody: left.some((rule) => rule.readsBody),
      };
    },
  };
}

function noRules(attachment: ResolvedAttachment): AttachedRules {
  return { index: emptyIndex(), rules: [], attachment, readsBody: false };
}

/** The up to four places whose rules judge a call: workspace, service, credential, and this credential on this service. */
export function placesFor(
  ruleset: CompiledRuleset,
  serviceId: string,
  keyId: string | undefined,
): AttachedRules[] {
  const places = [ruleset.everywhere];
  const ofService = ruleset.byService.get(serviceId);
  if (ofService !== undefined) places.push(ofService);
  if (keyId === undefined) return places;
  const ofCredential = ruleset.byCredential.get(keyId);
  if (ofCredential !== undefined) places.push(ofCredential);
  const ofPair = ruleset.byPair.get(keyId)?.get(serviceId);
  if (ofPair !== undefined) places.push(ofPair);
  return places;
}

/** Whether a rule that may judge a call of this service and credential reads the body, which must then be there to read. */
export function readsBody(ruleset: CompiledRuleset, serviceId: string, keyId: string | undefined): boolean {
  if (ruleset.everywhere.readsBody || ruleset.byService.get(serviceId)?.readsBody === true) return true;
  if (keyId === undefined) return false;
  const ofCredential = ruleset.byCredential.get(keyId);
  return ofCredential?.readsBody === true || ruleset.byPair.get(keyId)?.get(serviceId)?.readsBody === true;
}
