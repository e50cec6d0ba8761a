import { expect, test } from "vitest";
import { readFilters, readTyped } from "@/components/decisions/filters";

test("an address with a filter that does not parse keeps the ones that do", () => {
  const search = new URLSearchParams("verdict=perhaps&service=payments&status=4xx&from=yesterday");
  expect(readFilters(search)).toEqual({ service: "payments", status: "4xx" });
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
