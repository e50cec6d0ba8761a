import { newId } from "@/lib/db/id";
import type { DecisionRecord } from "@/lib/events/schema";

/** A decision as the gateway would hand it to the recorder: an allowed call of nobody in particular, now. */
export function decisionRecord(workspaceId: string, given: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    id: newId("evt"),
    phase: "whole",
    atMs: Date.now(),
    workspaceId,
    source: "gateway",
    rulesetVersion: 1,
    credential: null,
    service: null,
    method: "GET",
    path: "/v1/invoices",
    route: "/v1/invoices",
    address: "203.0.113.7",
    userAgent: "curl/8",
    verdict: "allow",
    rules: ["invoices-read"],
    reason: "RULE",
    shadow: null,
    status: 200,
    requestBytes: 10,
    responseBytes: 200,
    authenticateUs: 5,
    decideUs: 2,
    totalUs: 1_000,
    upstreamUs: 900,
    traceId: null,
    count: 1,
    ...given,
  };
}
