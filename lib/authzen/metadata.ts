import { portalUrl } from "@/lib/env";

/** Section 9: what a caller finds here. Nothing is named that is not served. */
export function readMetadata() {
  const pdp = portalUrl();
  return {
    policy_decision_point: pdp,
    access_evaluation_endpoint: `${pdp}/access/v1/evaluation`,
    access_evaluations_endpoint: `${pdp}/access/v1/evaluations`,
  };
}
