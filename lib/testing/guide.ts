import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, inject } from "vitest";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** A command of a guide and, where the guide shows one, what it prints; `…` stands for anything. */
interface Step {
  command: string;
  prints: string | null;
}

const mark = "--- end of a step ---";

/**
 * Runs every `sh` block of a guide in one shell that stops at the first failure, and holds what each prints against the
 * `text` block after it. Answers what the steps printed.
 */
export function walkGuide(file: string, env: NodeJS.ProcessEnv): string[] {
  const steps = stepsOf(readFileSync(file, "utf8"));
  const script = steps.map(({ command }) => `${command}\necho "${mark}"`).join("\n");
  const done = spawnSync("bash", ["--norc", "-eu", "-c", script], { encoding: "utf8", env });
  expect(done.stderr).toBe("");
  const printed = done.stdout.split(`${mark}\n`).map((text) => text.trim());
  for (const [index, { command, prints }] of steps.entries())
    if (prints !== null) expect(printed[index], command).toMatch(pattern(prints));
  expect(done.status).toBe(0);
  return printed.slice(0, steps.length);
}

/** The same with a key that may do everything in a fresh workspace; `more` is set beside what all guides ask for. */
export async function walkGuideAsOwner(file: string, more: Record<string, string> = {}): Promise<string[]> {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: ["platform:*", "*:*"] });
  return walkGuide(file, {
    NODE_ENV: "test",
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    API: `${inject("apiOrigin")}/api/v1`,
    GATEWAY: inject("gatewayOrigin") ?? "",
    KEY: secret,
    LC_ALL: "C.UTF-8",
    ...more,
  });
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
