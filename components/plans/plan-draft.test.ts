import { expect, test } from "vitest";
import { planDraftOf, readNewPlan, readPlanChange } from "@/components/plans/plan-draft";
import { Plan } from "@/lib/plans/schema";

const plan = Plan.parse({
  name: "pro",
  description: "For teams",
  rateLimits: [{ name: "burst", algorithm: "token-bucket", limit: 100, windowSeconds: 1, burst: 500 }],
  quotas: [{ limit: 1_000, per: "day" }],
  keyCount: 2,
  customerCount: 1,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
});

test("a plan whose form was not touched sends nothing", () => {
  expect(readPlanChange(planDraftOf(plan), plan)).toEqual({ input: null });
});

test("taking the last quota away makes it unlimited in that, and changes nothing else", () => {
  expect(readPlanChange({ ...planDraftOf(plan), quotaDay: "" }, plan)).toEqual({ input: { quotas: [] } });
});

test("a limit of zero and a name with a space are refused beside their fields", () => {
  const draft = {
    ...planDraftOf(null),
    name: "Pro plan",
    rateLimits: [
      { name: "default", algorithm: "sliding-window", limit: "0", windowSeconds: "60", burst: "" } as const,
    ],
  };
  const read = readNewPlan(draft);
  expect("errors" in read && Object.keys(read.errors).sort()).toEqual(["name", "rateLimits"]);
});
