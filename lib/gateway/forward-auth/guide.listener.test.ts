import { expect, inject, test } from "vitest";
import { walkGuide } from "@/lib/testing/guide";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

test("every command of the guide prints what the guide says", async () => {
  const { owner, slug } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: ["platform:*", "*:*"] });
  const printed = walkGuide("docs/guides/forward-auth.md", {
    NODE_ENV: "test",
    PATH: "/usr/bin:/bin",
    LATCHKEY_URL: inject("apiOrigin"),
    ADMIN_KEY: secret,
    WORKSPACE: slug,
    LC_ALL: "C.UTF-8",
  });
  expect(printed).toHaveLength(2);
}, 60_000);
