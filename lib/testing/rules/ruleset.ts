import { compileRule } from "@/lib/rules/verdict/compile";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import type { Question } from "@/lib/rules/language/question";
import { buildRuleset, type CompiledRuleset, type ResolvedAttachment } from "@/lib/rules/verdict/ruleset";
import { Rule } from "@/lib/rules/schema";
import { defaultForwardAuth, defaultPaths, type CompiledService } from "@/lib/services/schema";

/** One for all, as in what is loaded. */
const nothingAsked: readonly never[] = [];

/** A service as a ruleset holds it; its id is `svc_<slug>`. */
export function testService(slug: string, options: Partial<CompiledService> = {}): CompiledService {
  return {
    id: `svc_${slug}`,
    slug,
    name: slug,
    upstream: { origin: "http://127.0.0.1:1", path: "" },
    visibility: "private",
    defaultVerdict: "deny",
    connectTimeoutMs: 1_000,
    responseTimeoutMs: 1_000,
    methods: nothingAsked,
    requiredScopes: nothingAsked,
    paths: defaultPaths,
    forwardAuth: defaultForwardAuth,
    injection: null,
    ...options,
  };
}

/** A rule with its places by ids; no place means the workspace. */
export interface PlacedRule {
  rule: unknown;
  attachments?: Partial<ResolvedAttachment>[];
}

/** Compiles rules as the loader would, without a database. Throws for a rule that does not compile. */
export function testRuleset(
  rules: readonly PlacedRule[],
  services = [testService("invoices")],
): CompiledRuleset {
  return buildRuleset(
    {
      workspace: { id: "wsp_test", slug: "acme" },
      version: 1,
      services,
      rules: rules.map(({ rule, attachments = [{}] }, index) => {
        const compiled = compileRule(`rule_${index}`, Rule.parse(rule), serverEngines);
        if (compiled.errors.length > 0) throw new Error(JSON.stringify(compiled.errors));
        return {
          rule: compiled.rule,
          attachments: attachments.map(({ serviceId = null, keyId = null }) => ({ serviceId, keyId })),
        };
      }),
    },
    0,
  );
}

/** A question about `GET /v1/invoices` of the service `invoices`, changed as given. `path` gives the segments. */
export function testCall(options: Partial<Question> = {}): Question {
  const { path = "/v1/invoices", method = "GET", service = testService("invoices") } = options;
  const { credential = { keyId: "key_ada", name: "ada" } } = options;
  return { address: null, ...options, credential, service, method, path, segments: path.split("/").slice(1) };
}
