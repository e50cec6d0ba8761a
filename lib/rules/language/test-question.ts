import { credentialHeaders, headerName, valueOf } from "@/lib/rules/language/attributes/text-values";
import { readPath } from "@/lib/rules/language/routes/path";
import type {
  Evaluation,
  Question,
  QuestionBody,
  RuleCredential,
  Values,
} from "@/lib/rules/language/question";
import type { RuleTest, TestCredential, TestEvaluation, TestRequest } from "@/lib/rules/schema";
import { evaluationQuestion } from "@/lib/rules/language/evaluation";
import { defaultForwardAuth, defaultPaths, type CompiledService } from "@/lib/services/schema";

/** Stands for whatever service a rule is tried on. */
const anyService: CompiledService = {
  id: "svc_any",
  slug: "any",
  name: "Any service",
  upstream: { origin: "http://localhost", path: "" },
  visibility: "public",
  defaultVerdict: "deny",
  connectTimeoutMs: 5_000,
  responseTimeoutMs: 30_000,
  methods: [],
  requiredScopes: [],
  paths: defaultPaths,
  forwardAuth: defaultForwardAuth,
  injection: null,
};

/** What of a test makes up its question. */
type Asking = Pick<RuleTest, "request" | "evaluation" | "credential">;

type Read = { ok: true; question: Question } | { ok: false; message: string };

/** The question that an inline test asks, or why the gateway would refuse its path. */
export function testQuestion({ request, evaluation, credential: described }: Asking): Read {
  const credential = described === undefined ? null : testCredential(described);
  if (request !== undefined) return requestQuestion(request, credential);
  if (evaluation === undefined) return { ok: false, message: "There is nothing that it asks." };
  return { ok: true, question: evaluationQuestion(asJudged(evaluation), credential) };
}

/** What an evaluation leaves out is empty. */
function asJudged({ subject, action, resource, context = {} }: TestEvaluation): Evaluation {
  const { properties = {} } = action;
  return {
    subject: { ...subject, properties: subject.properties ?? {} },
    action: { name: action.name, properties },
    resource: { ...resource, properties: resource.properties ?? {} },
    context,
  };
}

function requestQuestion(request: TestRequest, credential: RuleCredential | null): Read {
  const { method, body, ip } = request;
  const headers = testHeaders(request.headers);
  const read = readPath(method, request.path);
  if (!read.ok) return read;
  const { path, segments } = read;
  return {
    ok: true,
    question: {
      credential,
      service: anyService,
      method,
      path,
      segments,
      address: ip ?? null,
      headers,
      query: testQuery(request),
      body: testBody(body, headers),
    },
  };
}

/**
 * The headers of a described request as the gateway would give them to rules: names in lower case with `_` read as `-`,
 * those of one name together, and none that holds a credential.
 */
export function testHeaders(headers: TestRequest["headers"] = {}): Values {
  const named = new Map<string, string[]>();
  for (const [written, values] of Object.entries(headers)) {
    const name = headerName(written);
    if (!credentialHeaders.has(name)) named.set(name, [...(named.get(name) ?? []), ...[values].flat()]);
  }
  return Object.fromEntries(named);
}

/** The body of a described request: JSON as given, or text that the headers call a form. */
export function testBody(body: unknown, headers: Values = {}): QuestionBody {
  if (body === undefined) return { kind: "absent" };
  const type = [headers["content-type"] ?? []].flat()[0] ?? "";
  if (typeof body !== "string" || !/^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type))
    return { kind: "json", value: body };
  return { kind: "form", fields: fieldsOf(body) };
}

/** The parameters of a described request, those behind its path among them. */
function testQuery({ path, query = {} }: TestRequest): Values {
  const inPath = fieldsOf(path.split("?").slice(1).join("?"));
  const names = new Set([...Object.keys(inPath), ...Object.keys(query)]);
  const both = (name: string) => [valueOf(inPath, name) ?? [], valueOf(query, name) ?? []].flat();
  return Object.fromEntries([...names].map((name) => [name, both(name)]));
}

/** The fields of `a=1&b=2` text. */
function fieldsOf(text: string): Values {
  const fields = new URLSearchParams(text);
  return Object.fromEntries([...fields.keys()].map((name) => [name, fields.getAll(name)]));
}

/** A credential described by its attributes; what is left out is absent. */
export function testCredential({ id, customer, ...others }: TestCredential): RuleCredential {
  return { ...others, keyId: id, customer: customer === undefined ? null : { externalId: customer } };
}
