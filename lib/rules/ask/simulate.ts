import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { invalidField, keyNamed, serviceNamed } from "@/lib/rules/ask/named";
import { serverEngines } from "@/lib/rules/server-engines";
import type { Simulate, Simulated } from "@/lib/rules/ask/schema";
import { presentTrace } from "@/lib/rules/ask/trace";
import { compileRule } from "@/lib/rules/compile";
import { explain } from "@/lib/rules/explain";
import { readPath } from "@/lib/rules/language/path";
import type { Question, RuleCredential } from "@/lib/rules/language/question";
import { testBody, testCredential } from "@/lib/rules/language/test-question";
import { loadRuleset } from "@/lib/rules/rulesets/load";
import { buildRuleset, type CompiledRuleset, type RulesetSource } from "@/lib/rules/ruleset";
import { resolveAttachments } from "@/lib/rules/rulesets/attachments";
import { readWrittenRule } from "@/lib/rules/writing/written-rule";

/**
 * Says how a call would be judged and why, perhaps with a draft in force; nothing is recorded or stored. A draft is
 * enforced here whatever its mode, else it could not be tried. Needs `read:rules`.
 */
export async function simulate(
  actor: Actor,
  { request, service: serviceName, credential, draft }: Simulate,
): Promise<Simulated> {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  const read = readPath(request.method, request.path);
  if (!read.ok) throw invalidField("request.path", read.message);
  const loaded = await loadRuleset(actor.workspaceId, new Map());
  if (loaded === null) throw new Problem("not-found", "There is no such workspace.");
  const source = draft === undefined ? loaded.source : await withDraft(actor, loaded.source, draft);
  const ruleset = buildRuleset(source, Date.now());
  const service = serviceNamed(ruleset, serviceName);
  const { method, headers, query, body } = request;
  const question: Question = {
    credential: await credentialOf(actor, credential),
    service,
    method,
    path: read.path,
    segments: read.segments,
    address: null,
    headers,
    query,
    body: testBody(body),
  };
  return present(ruleset, question);
}

function present(ruleset: CompiledRuleset, question: Question): Simulated {
  const explanation = explain(ruleset, question);
  const { publicReason = null, ...ruling } = explanation.ruling;
  const { service, method, path } = question;
  return {
    decision: {
      ...ruling,
      publicReason,
      rulesetVersion: ruleset.version,
      service: service.slug,
      method,
      path,
    },
    trace: presentTrace(ruleset, explanation),
  };
}

async function credentialOf(
  actor: Actor,
  credential: Simulate["credential"],
): Promise<RuleCredential | null> {
  if (credential === null) return null;
  return typeof credential === "string"
    ? (await keyNamed(actor, credential)).key
    : testCredential(credential);
}

/** The stored rules with the draft in place of the one that has its id or name, or beside them. */
async function withDraft(
  actor: Actor,
  source: RulesetSource,
  draft: Record<string, unknown>,
): Promise<RulesetSource> {
  const written = readWrittenRule(draft);
  const standing =
    source.rules.find(({ rule }) => rule.id === draft.id) ??
    source.rules.find(({ rule }) => rule.name === written.rule.name);
  const id = standing?.rule.id ?? "rule_draft";
  const { rule } = compileRule(id, { ...written.rule, mode: "enforce" }, serverEngines);
  const attachments =
    written.attachments === undefined
      ? (standing?.attachments ?? [{ serviceId: null, keyId: null }])
      : await resolveAttachments(db(), actor.workspaceId, {
          attachments: written.attachments,
          path: "draft.attachments",
        });
  return {
    ...source,
    rules: [...source.rules.filter((placed) => placed !== standing), { rule, attachments }],
  };
}
