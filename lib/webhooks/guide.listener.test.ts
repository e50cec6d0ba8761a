import { expect, test } from "vitest";
import { freePort } from "@/lib/process/listeners/free-port";
import { walkGuideAsOwner } from "@/lib/testing/guide";

test("an integrator walks the guide of webhooks with curl and a receiver that verifies, and every command prints what the guide says", async () => {
  const printed = await walkGuideAsOwner("docs/guides/webhooks.md", {
    RECEIVER_PORT: String(await freePort()),
  });
  expect(printed.length).toBeGreaterThan(6);
}, 120_000);
