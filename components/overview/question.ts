import { oneOf } from "@/lib/client/request/read-unknown";
import { usageRanges } from "@/lib/usage/catalogue";
import type { UsageRange } from "@/lib/usage/schema";

/** What the overview asks. */
export interface OverviewQuestion {
  range: UsageRange;
  environment: "live" | "test";
}

/** Reads the question from an address; a week of live calls where it says nothing. */
export function readQuestion(get: (name: string) => string | null): OverviewQuestion {
  return {
    range: oneOf(usageRanges, get("range")) ?? "7d",
    environment: get("environment") === "test" ? "test" : "live",
  };
}
