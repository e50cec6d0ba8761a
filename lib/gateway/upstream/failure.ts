import { Problem } from "@/lib/api/problem";
import { RefusedAddress } from "@/lib/gateway/upstream/connection/dispatcher";

/** An upstream did not take a connection, or did not begin to answer, in the time its service allows. */
export class UpstreamTimeout extends Error {}

const timeoutCodes = new Set([
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "ETIMEDOUT",
]);

/** What to answer when an upstream failed before its answer began. The cause's own words stay inside. */
export function upstreamProblem(error: unknown): { problem: Problem; reason: string } {
  if (error instanceof Problem) return { reason: "INJECTION_FAILED", problem: error };
  if (error instanceof RefusedAddress)
    return {
      reason: "UPSTREAM_ADDRESS",
      problem: new Problem(
        "upstream-unreachable",
        "The service's upstream has an address that may not be called.",
      ),
    };
  if (error instanceof UpstreamTimeout || timeoutCodes.has(codeOf(error)))
    return {
      reason: "UPSTREAM_TIMEOUT",
      problem: new Problem("upstream-timeout", "The service's upstream did not answer in time."),
    };
  return {
    reason: "UPSTREAM_UNREACHABLE",
    problem: new Problem(
      "upstream-unreachable",
      "The service's upstream refused the connection, broke it off or did not answer in HTTP.",
    ),
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
