import { describe, expect, test } from "vitest";
import { limitState, quotaState } from "@/components/keys/plates/limit-state";

const now = Date.parse("2026-11-21T18:00:00Z");
const limit = {
  name: "default",
  algorithm: "sliding-window" as const,
  limit: 600,
  windowSeconds: 60,
  source: "plan" as const,
  remaining: 509,
  resetAt: "2026-11-21T18:00:40.000Z",
};

describe("how a rate limit stands", () => {
  test("is what is gone of its window", () => {
    expect(limitState(limit, now)).toEqual({
      label: "Rate",
      size: "600 a minute",
      used: 91,
      most: 600,
      note: "from the plan; sliding window",
    });
  });

  test("is what is gone of a bucket's burst, not of its refill", () => {
    const bucket = { ...limit, algorithm: "token-bucket" as const, burst: 900, remaining: 899.6 };
    expect(limitState(bucket, now)).toMatchObject({ size: "600 a minute, burst 900", used: 1, most: 900 });
  });

  test("says until when nothing is left", () => {
    expect(limitState({ ...limit, name: "daily", source: "key", remaining: 0 }, now)).toMatchObject({
      label: "daily",
      note: "the key's own; nothing left until 18:00",
    });
  });

  test("is not known while the limiter does not answer, and that is said", () => {
    expect(limitState({ ...limit, source: "customer", remaining: null, resetAt: null }, now)).toMatchObject({
      used: null,
      note: "shared by all keys of the customer; the limiter does not answer",
    });
  });
});

test("a quota's period is the UTC day or month that now lies in", () => {
  const quota = { limit: 100, per: "month" as const, source: "key" as const, remaining: 40, resetAt: null };
  expect(quotaState(quota, now).burn).toEqual({
    limit: 100,
    used: 60,
    startsAt: "2026-11-01T00:00:00.000Z",
    endsAt: "2026-12-01T00:00:00.000Z",
  });
  expect(quotaState({ ...quota, per: "day" }, now).burn.endsAt).toBe("2026-11-22T00:00:00.000Z");
});
