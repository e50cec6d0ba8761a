import { expect, test } from "vitest";
import { walkGuideAsOwner } from "@/lib/testing/guide";

test("an integrator walks the guide of the datastore with curl, and every command prints what the guide says", async () => {
  expect((await walkGuideAsOwner("docs/guides/datastore.md")).length).toBeGreaterThan(6);
}, 120_000);
