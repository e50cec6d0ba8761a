import { afterEach, expect, test } from "vitest";
import { useSecrets } from "@/lib/crypto/subkey";
import { hasGenuineCheck, newValue } from "@/lib/keys/authentication/check";
import { parseValue } from "@/lib/keys/format";
import { testSecret } from "@/lib/testing/run/test-environment";

afterEach(() => useSecrets({ current: testSecret, previous: [] }));

function isGenuine(value: string): boolean {
  const parsed = parseValue(value);
  return parsed !== null && hasGenuineCheck(parsed);
}

test("values made under a previous secret are genuine until it is dropped", () => {
  const { value } = newValue("lk", "live");
  useSecrets({ current: "a".repeat(40), previous: ["b".repeat(40), testSecret] });
  expect(isGenuine(value)).toBe(true);
  expect(isGenuine(newValue("lk", "live").value)).toBe(true);
  useSecrets({ current: "a".repeat(40), previous: [] });
  expect(isGenuine(value)).toBe(false);
});

test("ten thousand values have ten thousand ids and all of them are genuine", () => {
  const values = Array.from({ length: 10_000 }, () => newValue("lk", "test"));
  expect(new Set(values.map((made) => made.id)).size).toBe(values.length);
  expect(values.every((made) => isGenuine(made.value))).toBe(true);
});
