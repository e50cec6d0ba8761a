import { expect, test } from "vitest";
import { auditWords } from "@/components/keys/detail/audit-words";

const now = Date.parse("2025-11-21T18:19:00Z");

test.each([
  ["keys.create", {}, "Created"],
  ["keys.rotate", { overlapSeconds: 86_400 }, "Rotated, 1 d overlap"],
  ["keys.rotate", { overlapSeconds: 0 }, "Rotated, no overlap"],
  ["keys.extend-rotation", { oldSecretEndsAt: "2025-11-22T18:19:00Z" }, "Overlap moved to Sat 22 Nov, 18:19"],
  ["keys.update", { changes: { scopes: [], expiresAt: null, name: "a" } }, "Changed scopes, end and name"],
  ["keys.revoke", { reason: "leaked" }, "Revoked: leaked"],
  ["keys.frobnicate", {}, "keys.frobnicate"],
])("%s %j reads %s", (action, detail, words) => {
  expect(auditWords({ action, detail }, now)).toBe(words);
});
