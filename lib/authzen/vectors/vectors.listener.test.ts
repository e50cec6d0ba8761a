import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { z } from "zod";
import { walkGuide } from "@/lib/testing/guide";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** The Todo interoperability cases of OpenID's AuthZEN working group (github.com/openid/authzen; data by Aserto, MIT licence). */
const Todo = z.object({
  evaluation: z.array(z.object({ request: z.unknown(), expected: z.boolean() })),
  evaluations: z.array(
    z.object({ request: z.unknown(), expected: z.array(z.object({ decision: z.boolean() })) }),
  ),
});
const todo = Todo.parse(JSON.parse(readFileSync(path.join(import.meta.dirname, "todo.json"), "utf8")));

const Single = z.object({ decision: z.boolean() });
const Batch = z.object({ evaluations: z.array(Single) });

async function ask(key: string, endpoint: string, body: unknown): Promise<unknown> {
  const answer = await fetch(new URL(`/access/v1/${endpoint}`, inject("apiOrigin")), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  return answer.json();
}

test("with the guide's five rules, walked by hand with curl, all 43 interoperability cases come out as expected", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: ["platform:*", "*:*"] });
  walkGuide("docs/guides/authzen.md", {
    NODE_ENV: "test",
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    HOST: inject("apiOrigin"),
    KEY: secret,
    LC_ALL: "C.UTF-8",
  });
  expect([todo.evaluation.length, todo.evaluations.length]).toEqual([40, 3]);
  for (const { request, expected } of todo.evaluation)
    expect([request, Single.parse(await ask(secret, "evaluation", request)).decision]).toEqual([
      request,
      expected,
    ]);
  for (const { request, expected } of todo.evaluations)
    expect([request, Batch.parse(await ask(secret, "evaluations", request)).evaluations]).toEqual([
      request,
      expected,
    ]);
}, 120_000);
