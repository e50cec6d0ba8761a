import { expect, test } from "vitest";
import { decisionFilters, readTyped } from "@/components/decisions/filters";
import { DecisionFilters } from "@/lib/events/schema";

test("an address with a filter that does not parse keeps the ones that do", () => {
  const search = new URLSearchParams("verdict=perhaps&service=payments&status=4xx&from=yesterday");
  expect(decisionFilters.read(search)).toEqual({ service: "payments", status: "4xx" });
});

test("words with a known name become filters, all others are text to find", () => {
  expect(readTyped("verdict:deny  service:payments refund colour:red")).toEqual({
    q: "refund colour:red",
    verdict: "deny",
    service: "payments",
  });
});

test("an unknown verdict is looked for as text rather than lost", () => {
  expect(readTyped("verdict:perhaps")).toEqual({ q: "verdict:perhaps" });
});

test("an address is read as the API would take it, filter by filter", () => {
  const values = [
    "allow",
    "limited",
    "perhaps",
    "2xx",
    "6xx",
    "GET",
    "payments",
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00.125+02:00",
    "2026-13-31T12:00:00Z",
    "2026-01-31",
    ...[32, 33, 64, 65, 100, 101, 200, 201, 2_048, 2_049].map((length) => "x".repeat(length)),
  ];
  for (const name of decisionFilters.names)
    for (const value of values) {
      const taken = DecisionFilters.safeParse({ [name]: value }).success;
      const read = decisionFilters.read(new URLSearchParams({ [name]: value }));
      expect(read, `${name}=${value.slice(0, 40)} (${value.length})`).toEqual(taken ? { [name]: value } : {});
    }
});
