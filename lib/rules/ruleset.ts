import type { CompiledRule } from "@/lib/rules/compile";
import { addToIndex, createRouteIndex, type RouteIndex } from "@/lib/rules/language/route-index";
import type { CompiledService } from "@/lib/services/schema";

/** Where a rule applies, by ids: both null is the workspace, both set one credential on one service. */
export interface ResolvedAttachment {
  serviceId: string | null;
  keyId: string | null;
}

/** The rules of one place of attachment: indexed for judging, listed for explaining. */
export interface AttachedRules {
  index: RouteIndex;
  rules: CompiledRule[];
  attachment: ResolvedAttachment;
}

/** One numbered state of a workspace's rules and services, compiled. One of these answers a whole request. */
export interface CompiledRuleset {
  workspace: { id: string; slug: string };
  version: number;
  /** By slug. */
  services: ReadonlyMap<string, CompiledService>;
  everywhere: AttachedRules;
  byService: ReadonlyMap<string, AttachedRules>;
  byCredential: ReadonlyMap<string, AttachedRules>;
  /** By key id, then by service id. */
  byPair: ReadonlyMap<string, ReadonlyMap<string, AttachedRules>>;
  /** When the first of its rules stops, in milliseconds since 1970; infinite when none does. */
  nextExpiryMs: number;
}

/** What a ruleset is made from. */
export interface RulesetSource {
  workspace: { id: string; slug: string };
  version: number;
  services: readonly CompiledService[];
  rules: readonly { rule: CompiledRule; attachments: readonly ResolvedAttachment[] }[];
}

/** Indexes the rules that are on and have not stopped at `nowMs`. */
export function buildRuleset(source: RulesetSource, nowMs: number): CompiledRuleset {
  const everywhere = attachedRules({ serviceId: null, keyId: null });
  const byService = new Map<string, AttachedRules>();
  const byCredential = new Map<string, AttachedRules>();
  const byPair = new Map<string, Map<string, AttachedRules>>();
  let nextExpiryMs = Infinity;
  const placeOf = ({ serviceId, keyId }: ResolvedAttachment): AttachedRules => {
    if (serviceId === null && keyId === null) return everywhere;
    if (keyId === null) return entry(byService, serviceId ?? "", () => attachedRules({ serviceId, keyId }));
    if (serviceId === null) return entry(byCredential, keyId, () => attachedRules({ serviceId, keyId }));
    const ofKey = entry(byPair, keyId, () => new Map<string, AttachedRules>());
    return entry(ofKey, serviceId, () => attachedRules({ serviceId, keyId }));
  };
  for (const { rule, attachments } of source.rules) {
    if (rule.mode === "off" || rule.expiresAtMs <= nowMs) continue;
    nextExpiryMs = Math.min(nextExpiryMs, rule.expiresAtMs);
    for (const attachment of attachments) {
      const place = placeOf(attachment);
      place.rules.push(rule);
      addToIndex(place.index, rule);
    }
  }
  const services = new Map(source.services.map((service) => [service.slug, service]));
  return {
    workspace: source.workspace,
    version: source.version,
    services,
    everywhere,
    byService,
    byCredential,
    byPair,
    nextExpiryMs,
  };
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

/** Whether a rule that judges such calls can look at the body, which must then be read before {@link placesFor} is asked. */
export function readsBody(ruleset: CompiledRuleset, serviceId: string, keyId: string | undefined): boolean {
  return placesFor(ruleset, serviceId, keyId).some(({ rules }) => rules.some((rule) => rule.readsBody));
}

function attachedRules(attachment: ResolvedAttachment): AttachedRules {
  return { index: createRouteIndex(), rules: [], attachment };
}

function entry<T>(map: Map<string, T>, key: string, create: () => T): T {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = create();
  map.set(key, made);
  return made;
}
