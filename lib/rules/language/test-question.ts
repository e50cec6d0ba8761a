import { readPath } from "@/lib/rules/language/path";
import type { Question, QuestionBody, RuleCredential } from "@/lib/rules/language/question";
import type { TestCredential, TestRequest } from "@/lib/rules/schema";
import { defaultForwardAuth, defaultPaths, type CompiledService } from "@/lib/services/schema";

/** Stands for whatever service a rule is tried on; no condition reads a service yet. */
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

/** The question that an inline test asks, or why the gateway would refuse its path. */
export function testQuestion(test: {
  request: TestRequest;
  credential?: TestCredential | undefined;
}): { ok: true; question: Question } | { ok: false; message: string } {
  const { method, headers, query, body } = test.request;
  const read = readPath(method, test.request.path);
  if (!read.ok) return read;
  const credential = test.credential === undefined ? null : testCredential(test.credential);
  const { path, segments } = read;
  return {
    ok: true,
    question: {
      credential,
      service: anyService,
      method,
      path,
      segments,
      address: null,
      headers,
      query,
      body: testBody(body),
    },
  };
}

/** The body of a described request: JSON as given. */
export function testBody(body: unknown): QuestionBody {
  return body === undefined ? { kind: "absent" } : { kind: "json", value: body };
}

/** A credential described by its attributes; what is left out is absent. */
export function testCredential({ id, customer, ...others }: TestCredential): RuleCredential {
  return { ...others, keyId: id, customer: customer === undefined ? null : { externalId: customer } };
}
