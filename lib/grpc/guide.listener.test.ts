import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, inject, test } from "vitest";
import { platformScopes } from "@/lib/scopes/catalogue";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** A command of the guide and, where the guide shows one, what it prints; `…` stands for anything. */
interface Step {
  command: string;
  prints: string | null;
}

function stepsOf(guide: string): Step[] {
  const blocks = [...guide.matchAll(/^```(sh|text)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({
    kind,
    text,
  }));
  return blocks.flatMap(({ kind, text = "" }, index) => {
    const after = blocks[index + 1];
    return kind === "sh"
      ? [{ command: text, prints: after?.kind === "text" ? (after.text ?? "") : null }]
      : [];
  });
}

function pattern(prints: string): RegExp {
  const parts = prints
    .trim()
    .split("…")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`);
}

test("a client of another make walks the guide from reflection alone, and every command prints what the guide says", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: [...Object.keys(platformScopes), "*:*"] });
  const steps = stepsOf(readFileSync("docs/guides/grpc.md", "utf8"));
  expect(steps.length).toBeGreaterThan(8);
  const mark = "--- end of a step ---";
  const script = steps.map(({ command }) => `${command}\necho "${mark}"`).join("\n");
  const done = spawnSync("bash", ["--norc", "-eu", "-c", script], {
    encoding: "utf8",
    // Debian's own Python, which Debian's grpcio belongs to.
    env: {
      NODE_ENV: "test",
      PATH: "/usr/bin:/bin",
      GRPC: inject("grpcAddress") ?? "",
      KEY: secret,
      LC_ALL: "C.UTF-8",
    },
  });
  expect(done.stderr).toBe("");
  const printed = done.stdout.split(`${mark}\n`).map((text) => text.trim());
  for (const [index, { command, prints }] of steps.entries())
    if (prints !== null) expect(printed[index], command).toMatch(pattern(prints));
  expect(done.status).toBe(0);
  const [first = ""] = printed;
  for (const line of ["grpc.health.v1.Health", "latchkey.v1.KeyService", "VerifyKey("])
    expect(first).toContain(line);
}, 120_000);
