import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { walkGuide } from "@/lib/testing/guide";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const Seen = z.object({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.string()) });

test("a program that uses a provider's SDK reaches it through Latchkey with two variables changed, and never sees its key", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: ["platform:*", "*:*"] });
  const model = spawn(process.execPath, ["lib/testing/servers/stand-in-model.mjs"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void model.kill("SIGKILL"));
  const lines: string[] = [];
  createInterface({ input: model.stdout }).on("line", (line) => lines.push(line));
  await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 20_000 });
  const printed = walkGuide("docs/guides/outbound.md", {
    NODE_ENV: "test",
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    API: `${inject("apiOrigin")}/api/v1`,
    GATEWAY: inject("gatewayOrigin") ?? "",
    KEY: secret,
    UPSTREAM: `http://127.0.0.1:${lines[0]}/v1`,
    UPSTREAM_KEY: "sk-provider-planted",
    LC_ALL: "C.UTF-8",
  });
  expect(printed.length).toBeGreaterThan(5);
  await vi.waitFor(() => expect(lines).toHaveLength(3), { timeout: 20_000 });
  const seen = lines.slice(1).map((line) => Seen.parse(JSON.parse(line)));
  expect(seen.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
    ["POST", "/v1/chat/completions", "Bearer sk-provider-planted"],
    ["POST", "/v1/chat/completions", "Bearer sk-provider-planted-2"],
  ]);
  expect(lines.join("")).not.toContain(secret);
}, 120_000);
