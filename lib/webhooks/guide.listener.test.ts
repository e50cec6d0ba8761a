import path from "node:path";
import { expect, inject, test } from "vitest";
import { freePort } from "@/lib/process/listeners/free-port";
import { walkGuide } from "@/lib/testing/guide";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

test("an integrator walks the guide of webhooks with curl and a receiver that verifies, and every command prints what the guide says", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: ["platform:*", "*:*"] });
  const printed = walkGuide("docs/guides/webhooks.md", {
    NODE_ENV: "test",
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    API: `${inject("apiOrigin")}/api/v1`,
    KEY: secret,
    RECEIVER_PORT: String(await freePort()),
    LC_ALL: "C.UTF-8",
  });
  expect(printed.length).toBeGreaterThan(6);
}, 120_000);
