import { beforeAll, describe, expect, test } from "vitest";
import { requireScope, type Actor } from "@/lib/api/actor";
import { keyCaller } from "@/lib/api/caller/key-caller";
import { Problem, problemTable } from "@/lib/api/problem";
import { isInCatalogue, platformScopes } from "@/lib/scopes/catalogue";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

/** Where an endpoint asks for it, routes.test.ts asks that endpoint; here is the guard itself, for every scope there is. */
const catalogue = Object.keys(platformScopes).filter(isInCatalogue);

let workspace: TestWorkspace;
beforeAll(async () => void (workspace = await createTestWorkspace()));

async function callerWith(scopes: string[]): Promise<Actor> {
  const { secret } = await issueKey(workspace.system, { scopes });
  const { actor } = await keyCaller(secret, {
    via: "api",
    endpoint: "GET /api/v1/things",
    address: null,
    origin: undefined,
  });
  return actor;
}

function statusOf(work: () => void): number {
  try {
    work();
    return 200;
  } catch (error) {
    return error instanceof Problem ? problemTable[error.kind].status : 500;
  }
}

describe.each(catalogue)("%s", (scope) => {
  test("a key that holds every other scope and wildcard is refused with 403, one that holds it passes", async () => {
    const without = await callerWith([...catalogue.filter((other) => other !== scope), "*:*"]);
    const holder = await callerWith([scope]);
    expect(statusOf(() => requireScope(without, scope))).toBe(403);
    expect(statusOf(() => requireScope(holder, scope))).toBe(200);
  });
});
