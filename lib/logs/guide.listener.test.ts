import { expect, test } from "vitest";
import { walkGuideAsOwner } from "@/lib/testing/guide";

test("every command of the guide on logs prints what the guide says", async () => {
  expect((await walkGuideAsOwner("docs/guides/logs.md")).length).toBeGreaterThan(6);
}, 120_000);
