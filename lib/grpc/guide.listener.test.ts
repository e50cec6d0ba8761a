import { expect, inject, test } from "vitest";
import { platformScopes } from "@/lib/scopes/catalogue";
import { walkGuide } from "@/lib/testing/guide";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

test("a client of another make walks the guide from reflection alone, and every command prints what the guide says", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: [...Object.keys(platformScopes), "*:*"] });
  const printed = walkGuide("docs/guides/grpc.md", {
    NODE_ENV: "test",
    // Debian's own Python, which Debian's grpcio belongs to.
    PATH: "/usr/bin:/bin",
    GRPC: inject("grpcAddress") ?? "",
    KEY: secret,
    LC_ALL: "C.UTF-8",
  });
  expect(printed.length).toBeGreaterThan(8);
  const [first = ""] = printed;
  for (const line of ["grpc.health.v1.Health", "latchkey.v1.KeyService", "VerifyKey("])
    expect(first).toContain(line);
}, 120_000);
