import type { Evaluation, Question, RuleCredential } from "@/lib/rules/language/question";
import { defaultForwardAuth, defaultPaths, type CompiledService } from "@/lib/services/schema";

/** Stands for the service in AuthZEN's questions, which know of none: nothing is attached to it. */
export const evaluationService: CompiledService = {
  id: "",
  slug: "",
  name: "",
  upstream: { origin: "http://localhost", path: "" },
  visibility: "public",
  defaultVerdict: "deny",
  connectTimeoutMs: 0,
  responseTimeoutMs: 0,
  methods: [],
  requiredScopes: [],
  paths: defaultPaths,
  forwardAuth: defaultForwardAuth,
  injection: null,
};

/** One of AuthZEN's questions, as it is judged and recorded; `credential` is the subject's, where it has one. */
export function evaluationQuestion(evaluation: Evaluation, credential: RuleCredential | null): Question {
  const { action, resource } = evaluation;
  return {
    credential,
    service: evaluationService,
    method: action.name,
    path: `${resource.type}/${resource.id}`,
    segments: [],
    address: null,
    evaluation,
  };
}
