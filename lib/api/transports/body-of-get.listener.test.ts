import { Agent, request } from "node:http";
import { expect, inject, onTestFinished, test } from "vitest";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

test("a GET whose body is too long is refused, and does not keep the connection from what comes next", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ask = (body: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asking = request(
        new URL("/api/v1/whoami", inject("apiOrigin")),
        {
          agent,
          headers: { "content-type": "application/json", "content-length": body.length },
          timeout: 5_000,
        },
        (answer) => answer.resume().once("end", () => resolve(answer.statusCode)),
      );
      asking.once("timeout", () => asking.destroy(new Error("nobody answers"))).once("error", reject);
      asking.end(body);
    });
  const key = JSON.stringify({ hook_private_key: secret });
  expect(await ask(key)).toBe(200);
  expect(await ask(key.padEnd(3_000_000))).toBe(413);
  expect(await ask(key)).toBe(200);
});
