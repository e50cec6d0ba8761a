import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { hookioOrigin } from "@/lib/testing/gateway/hookio";
import { walkGuide } from "@/lib/testing/guide";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const guide = "docs/guides/hookio.md";

async function environment() {
  const { owner, slug } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: ["platform:*", "*:*"] });
  return {
    NODE_ENV: "test" as const,
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    GATEWAY: hookioOrigin(),
    ACCOUNT: slug,
    KEY: secret,
    LC_ALL: "C.UTF-8",
  };
}

test("someone with a client of hook.io's walks the guide with curl, and every command prints what the guide says", async () => {
  const printed = walkGuide(guide, await environment());
  expect(printed).toHaveLength(3);
}, 120_000);

test("the guide's program stores a value by hook.io's own client", async () => {
  const program = /^```js\n([\s\S]*?)^```$/m.exec(readFileSync(guide, "utf8"))?.[1] ?? "";
  const { stdout, status } = spawnSync(process.execPath, ["-e", program], {
    encoding: "utf8",
    env: await environment(),
  });
  expect({ stdout, status }).toEqual({ stdout: "null OK\n", status: 0 });
});
