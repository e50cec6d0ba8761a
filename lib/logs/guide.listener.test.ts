import path from "node:path";
import { expect, inject, test } from "vitest";
import { walkGuide } from "@/lib/testing/guide";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

test("every command of the guide on logs prints what the guide says", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: ["platform:*", "*:*"] });
  const printed = walkGuide("docs/guides/logs.md", {
    NODE_ENV: "test",
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    API: `${inject("apiOrigin")}/api/v1`,
    GATEWAY: inject("gatewayOrigin") ?? "",
    KEY: secret,
    LC_ALL: "C.UTF-8",
  });
  expect(printed.length).toBeGreaterThan(6);
}, 120_000);
