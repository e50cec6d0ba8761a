import { type DraftErrors, errorsOf } from "@/components/keys/form/draft";
import type { ProblemError } from "@/lib/client/request/problem-error";

/** A refusal by the API beside the fields it speaks of; a conflict is about the name. */
export function refusalErrors(problem: ProblemError): DraftErrors {
  if (problem.kind === "conflict") return { name: problem.message };
  if (problem.errors.length > 0) return errorsOf(problem.errors);
  return { form: problem.message };
}
