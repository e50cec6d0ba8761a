import { expect, test } from "vitest";
import { logFilters } from "@/components/logs/filters";
import { LogFilters } from "@/lib/logs/schema";

const shown = (query: string) => logFilters.shown(new URLSearchParams(query));

test("an address names filters; what the API would refuse is left out, and times count in history only", () => {
  const query =
    "q=card&level=warn&service=orders&source=gateway&traceId=t-1&from=2026-01-01T00:00:00Z&to=tomorrow&open=x";
  const tail = { q: "card", level: "warn", service: "orders", source: "gateway", traceId: "t-1" };
  expect(shown(query)).toEqual(tail);
  expect(shown(`${query}&view=history`)).toEqual({ ...tail, from: "2026-01-01T00:00:00Z" });
  expect(shown("level=loud&source=sky&traceId=a b&service=&from=2026-13-01T00:00:00Z&view=history")).toEqual(
    {},
  );
  expect(LogFilters.safeParse(shown(`${query}&view=history`)).success).toBe(true);
});
