import { expect, test } from "vitest";
import { walkGuideAsOwner } from "@/lib/testing/guide";

test("every command of the guide on services prints what the guide says", async () => {
  expect((await walkGuideAsOwner("docs/guides/services.md")).length).toBeGreaterThan(4);
}, 120_000);
