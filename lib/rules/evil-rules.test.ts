import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { evilCases } from "@/lib/testing/rules/evil-rules";

/** In a process of its own, so that one that hangs is killed instead of hanging the tests. */
async function outcomes(): Promise<Map<unknown, unknown>> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "lib/testing/rules/evil-rules-run.ts"],
    { timeout: 120_000, killSignal: "SIGKILL" },
  );
  return new Map(
    stdout
      .trim()
      .split("\n")
      .map((line): [unknown, unknown] => JSON.parse(line)),
  );
}

describe("a rule or a call that was made to be slow is refused, an error, or judged in the end", () => {
  const found = outcomes();
  it.each(evilCases)("$says", { timeout: 180_000 }, async ({ says, expected }) => {
    expect((await found).get(says)).toBe(expected);
  });
});
