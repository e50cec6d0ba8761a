import { expect, test } from "vitest";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { groupUsage } from "@/lib/usage/measures/group-usage";
import { overview } from "@/lib/usage/overview/overview";

test("a JWT's subject is named as the newest decision about it names it, and in its own workspace only", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const other = await createTestWorkspace();
  const credential = { id: "sub_ada", secretId: "iss_1", name: "ada", prefix: "Okta", customerId: null };
  const atMs = Date.now() - 60_000;
  await insertBatch([
    decisionRecord(workspaceId, { atMs, credential }),
    decisionRecord(workspaceId, { atMs: atMs + 1, credential: { ...credential, name: "ada@acme.example" } }),
    decisionRecord(other.workspaceId, { atMs: atMs + 2, credential: { ...credential, name: "theirs" } }),
  ]);
  const { groups } = await groupUsage(owner, { range: "24h", groupBy: "key", limit: 20 });
  expect(groups.map(({ id, name }) => [id, name])).toEqual([["sub_ada", "ada@acme.example"]]);
  const { topKeys } = await overview(owner, { range: "24h" });
  expect(topKeys).toMatchObject([{ id: "sub_ada", name: "ada@acme.example" }]);
});
