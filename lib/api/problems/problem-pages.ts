import type { ProblemKind } from "@/lib/api/problem";

/** What each refusal means and what to do, in the words of its page. */
export const problemPages: Record<ProblemKind, { means: string; todo: string }> = {
  "bad-request": {
    means:
      "The request could not be read one way only: malformed JSON, a target that upstreams read differently, or a cursor of another list.",
    todo: "Send it again in its plain form. Encoded slashes, dot segments and duplicate keys are refused on purpose.",
  },
  "two-credentials": {
    means: "The request carries two keys that differ, for example one in a header and one in the query.",
    todo: "Send one. The same key twice is fine.",
  },
  unauthorized: {
    means: "No key was sent, or it is mistyped, expired, disabled or revoked, or the portal session ended.",
    todo: "Send a key as Authorization: Bearer. If it was rotated, its overlap may have ended.",
  },
  forbidden: {
    means: "The credential is known, but its scopes or a rule do not allow this.",
    todo: "The document names the scope or the decision. Open the decision in the portal to see which condition failed.",
  },
  "foreign-origin": {
    means: "A browser tried to write with a portal session from another site.",
    todo: "Use the portal itself, or a key.",
  },
  "not-found": {
    means: "There is no such thing here, or it belongs to someone else; the two are not told apart.",
    todo: "Check the id and which workspace the credential belongs to.",
  },
  "method-not-allowed": {
    means: "The path exists and does not take this method.",
    todo: "See the API reference.",
  },
  conflict: {
    means: "Something with that name or in that state is already there.",
    todo: "Choose another name, or read the current state first.",
  },
  "precondition-failed": {
    means:
      "The request said with If-Match, If-None-Match or If-Unmodified-Since what must be there, and something else is.",
    todo: "Read it again, compare, and send the ETag that you read. The document names the present one.",
  },
  stale: {
    means: "Someone saved a change after you read it.",
    todo: "Read it again, compare, and send the version that you read.",
  },
  "too-large": {
    means: "The body is larger than this path takes.",
    todo: "API bodies may hold 1 MiB; the gateway streams bodies of any size unless it must search them for a key.",
  },
  "unsupported-media-type": { means: "The body's type is not read here.", todo: "Send application/json." },
  invalid: {
    means: "The request is well-formed and some fields are not valid.",
    todo: "The document lists each place with what it must be. Nothing was stored.",
  },
  "rate-limited": {
    means: "A rate limit or quota of this credential was reached.",
    todo: "Wait as long as Retry-After says.",
  },
  internal: {
    means: "Something failed on our side.",
    todo: "Try again, and give the request's id to whoever runs this portal.",
  },
  "upstream-unreachable": {
    means: "The service behind the gateway refused the connection, closed it, or answered no HTTP.",
    todo: "The decision was to let the call through; the service itself needs a look.",
  },
  unavailable: {
    means:
      "The database or the rules are not there right now, or too many first checks of keys wait at once.",
    todo: "Try again after Retry-After. Nothing is let through while no rules are loaded.",
  },
  "upstream-timeout": {
    means: "The service behind the gateway did not answer within its time.",
    todo: "Try again, or raise the service's response timeout.",
  },
};
