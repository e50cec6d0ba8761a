import { expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { audit } from "@/lib/events/trail/audit";
import { storeChecks } from "@/lib/events/loading/batch/store-checks";
import { lockRuleset, nextVersion } from "@/lib/rules/rulesets/next-version";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** Needs two transactions at once, which the embedded database does not have. */
test("role checks are stored while a change of rules is under way, which then commits", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const id = newId("evt");
  await db().$transaction(async (tx) => {
    await lockRuleset(tx, workspaceId);
    await nextVersion(tx, owner, { change: "Under way" });
    await audit(tx, owner, { action: "rules.create", subject: newId("rule") });
    const refused = await storeChecks([
      {
        id,
        atMs: Date.now(),
        workspaceId,
        customerId: null,
        check: {
          key: { id: "key_a", name: "a" },
          scope: "read:keys",
          endpoint: "GET /api/v1/keys",
          granted: true,
        },
      },
    ]);
    expect(refused).toBe(0);
  });
  expect(await db().event.count({ where: { workspaceId, id } })).toBe(1);
  expect(await db().auditEntry.count({ where: { workspaceId, action: "rules.create" } })).toBe(1);
});
