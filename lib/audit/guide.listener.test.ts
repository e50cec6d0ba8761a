import { expect, test } from "vitest";
import { walkGuideAsOwner } from "@/lib/testing/guide";

test("an auditor walks the guide of the trail with curl, sha256sum and OpenSSL, and every command prints what the guide says", async () => {
  expect((await walkGuideAsOwner("docs/guides/audit.md")).length).toBeGreaterThan(6);
}, 120_000);
