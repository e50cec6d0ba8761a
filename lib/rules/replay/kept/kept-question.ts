import { z } from "zod";
import { canonicalPath } from "@/lib/gateway/canonical";
import { servedPath, type Served } from "@/lib/gateway/served-path";
import { isSubjectId } from "@/lib/issuers/format";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import type { Evaluation, Question, QuestionBody, RuleCredential } from "@/lib/rules/language/question";
import type { Explained } from "@/lib/rules/ask/schema";
import {
  noteHiddenRead,
  notKnownText,
  notKnownTree,
  notKnownValues,
  withMaskedTrees,
} from "@/lib/rules/replay/kept/hidden";
import { maskedValue } from "@/lib/rules/replay/kept/left-out";
import type { RecordedCall } from "@/lib/rules/replay/read-calls";
import type { CompiledService } from "@/lib/services/schema";

const KeptValues = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const Members = z.record(z.string(), z.unknown());
const EvaluationEntity = z.object({ type: z.string(), id: z.string(), properties: Members });

/** What `decisionInput` wrote. */
const Input = z.object({
  headers: KeptValues.default({}),
  query: KeptValues.default({}),
  body: z
    .union([
      z.strictObject({ json: z.unknown() }),
      z.strictObject({ form: KeptValues }),
      z.strictObject({ error: z.string() }),
    ])
    .optional(),
  token: Members.optional(),
  credential: z
    .object({ scopes: z.array(z.string()).optional(), roles: z.array(z.string()).optional() })
    .optional(),
  evaluation: z
    .object({
      subject: EvaluationEntity,
      action: z.object({ name: z.string(), properties: Members }),
      resource: EvaluationEntity,
      context: Members,
    })
    .optional(),
  address: z.null().optional(),
  notKept: z.array(z.string()).default([]),
});
type Input = z.output<typeof Input>;

const nothingKept: Input = {
  headers: {},
  query: {},
  notKept: ["headers", "query", "body", "token", "evaluation"],
};

/** What else a recorded call is put together from. */
export interface KnownNow {
  service: CompiledService;
  /** The key that called, with its attributes of today; undefined when there is none any more. */
  key: VerifiedKey | undefined;
}

/**
 * A recorded call as a question to the rules of today: what was kept of it, the key's attributes and the service's path
 * policy as they are now, and stand-ins for what is not known. Null where the service would not let its path reach the
 * rules any more, or the path itself was not kept.
 */
export function keptQuestion(call: RecordedCall, now: KnownNow): Question | null {
  const input = inputOf(call.input);
  const asked = call.source === "authzen" ? { path: call.path, segments: [] } : pathOf(call, now.service);
  if (asked === null) return null;
  return {
    ...asked,
    credential: credentialOf(call, { input, key: now.key }),
    service: now.service,
    method: call.method,
    address: call.source === "authzen" || input.address === null ? null : call.address,
    headers: kept(input, "headers") ? input.headers : notKnownValues,
    query: kept(input, "query") ? input.query : notKnownValues,
    body: kept(input, "body") ? bodyOf(input.body) : bodyNotKept,
    evaluation: call.source === "authzen" ? evaluationOf(input) : undefined,
  };
}

/** What was kept of a call, for a person to read: what was left out as a secret says so. */
export function shownInput(text: string | null): Explained["kept"] {
  const { headers, query, body, token, notKept } = inputOf(text);
  return {
    headers: unmasked(KeptValues, headers),
    query: unmasked(KeptValues, query),
    ...(body === undefined || "error" in body ? {} : { body: unmasked(z.unknown(), bodyValue(body)) }),
    token: token === undefined ? null : unmasked(Members, token),
    notKept,
  };
}

function bodyValue(body: { json?: unknown } | { form: z.output<typeof KeptValues> }): unknown {
  return "form" in body ? body.form : body.json;
}

function unmasked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  return schema.parse(JSON.parse(JSON.stringify(value ?? null).replaceAll(maskedJsonText, "(masked)")));
}

const maskedJsonText = JSON.stringify(maskedValue).slice(1, -1);

function kept({ notKept }: Input, part: string): boolean {
  return !notKept.includes(part);
}

function inputOf(text: string | null): Input {
  if (text === null) return nothingKept;
  const read = Input.safeParse(JSON.parse(text));
  return read.success ? read.data : nothingKept;
}

/** A cut path, and one that stands for several, is not known. */
function pathOf({ path, count }: RecordedCall, service: CompiledService) {
  if (path.length >= 2_048 || (count > 1 && path === "*")) return null;
  const canonical = canonicalPath(`/workspace/service${path}`);
  if (typeof canonical === "string") return null;
  const asCame: Served = canonical;
  const served = servedPath(asCame, service.paths);
  if ("refused" in served) return null;
  return { path: served.path, segments: served.segments, rewritten: served.rewritten };
}

function bodyOf(body: Input["body"]): QuestionBody {
  if (body === undefined) return { kind: "absent" };
  if ("form" in body) return { kind: "form", fields: body.form };
  if ("error" in body) return { kind: "error", message: body.error };
  return { kind: "json", value: withMaskedTrees(body.json) };
}

/** Conditions on it fail, as they do on one that could not be read; that they looked is noted. */
const bodyNotKept: QuestionBody = {
  get kind() {
    noteHiddenRead();
    return "error" as const;
  },
  message: "The body was not kept.",
};

function credentialOf(
  { credentialId, credentialName }: RecordedCall,
  { input, key }: { input: Input; key: VerifiedKey | undefined },
): RuleCredential | null {
  if (credentialId === null) return null;
  if (input.token !== undefined) {
    const { scopes = [], roles = [] } = input.credential ?? {};
    return { keyId: credentialId, scopes, roles, token: treeMembers(input.token), metadata: {} };
  }
  if (!kept(input, "token") && isSubjectId(credentialId))
    return { keyId: credentialId, scopes: [notKnownText], token: notKnownTree, metadata: {} };
  if (key !== undefined) return key;
  return {
    keyId: credentialId,
    name: credentialName ?? notKnownText,
    environment: notKnownText,
    scopes: [notKnownText],
    roles: [notKnownText],
    labels: [notKnownText],
    customer: { externalId: notKnownText },
    externalId: notKnownText,
    metadata: notKnownTree,
  };
}

function evaluationOf({ evaluation }: Input): Evaluation {
  if (evaluation === undefined)
    return {
      subject: { type: notKnownText, id: notKnownText, properties: notKnownTree },
      action: { name: notKnownText, properties: notKnownTree },
      resource: { type: notKnownText, id: notKnownText, properties: notKnownTree },
      context: notKnownTree,
    };
  const { subject, action, resource, context } = evaluation;
  return {
    subject: { ...subject, properties: treeMembers(subject.properties) },
    action: { ...action, properties: treeMembers(action.properties) },
    resource: { ...resource, properties: treeMembers(resource.properties) },
    context: treeMembers(context),
  };
}

function treeMembers(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, withMaskedTrees(value)]));
}
