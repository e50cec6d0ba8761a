import { problemTable, type Problem } from "@/lib/api/problem";
import type { Judged } from "@/lib/authzen/judge";
import type { EvaluationAnswer } from "@/lib/authzen/schema";

/** A verdict as the standard words it. Who was denied may be told `reason_user`, if the rule says so; the rest is for admins. */
export function presentJudged({ record: { id }, ruling }: Judged): EvaluationAnswer {
  const { verdict, rules, reason, publicReason } = ruling;
  if (verdict === "allow") return { decision: true, context: { id, reason } };
  return {
    decision: false,
    context: {
      id,
      reason,
      reason_admin: { "403": rules.length === 0 ? reason : `Denied by ${rules.join(", ")}` },
      ...(publicReason === undefined ? {} : { reason_user: { "403": publicReason } }),
    },
  };
}

/** An item of a batch that could not be judged: closed, with its own error (section 7.2.1). */
export function presentItemError(problem: Problem): EvaluationAnswer {
  const { status } = problemTable[problem.kind];
  return { decision: false, context: { error: { status, message: problem.message } } };
}

/** A failure of a whole request: a status of section 10.1.2 or HTTP's own, and a message. */
export interface Failure {
  status: 400 | 401 | 403 | 413 | 429 | 500 | 503;
  message: string;
  headers: Record<string, string>;
}

export function presentFailure(problem: Problem): Failure {
  const { retryAfterSeconds } = problem.extra;
  const status = statusOf(problem);
  return {
    status,
    message: problem.message,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      ...(status === 401 ? { "www-authenticate": 'Bearer realm="latchkey"' } : {}),
      ...(retryAfterSeconds === undefined
        ? {}
        : { "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds))) }),
    },
  };
}

/** Whatever else is wrong with a request is a bad request to the standard. */
function statusOf({ kind }: Problem): Failure["status"] {
  const { status } = problemTable[kind];
  switch (status) {
    case 401:
    case 403:
    case 413:
    case 429:
    case 503:
      return status;
    case 500:
    case 502:
    case 504:
      return 500;
    case 400:
    case 404:
    case 405:
    case 409:
    case 412:
    case 415:
    case 422:
      return 400;
  }
}
