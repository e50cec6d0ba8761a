import { describe, expect, test } from "vitest";
import { createCustomer } from "@/lib/customers/create";
import { CreateCustomer } from "@/lib/customers/schema";
import { createPlan } from "@/lib/plans/create";
import { CreatePlan } from "@/lib/plans/schema";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { quotaStandings } from "@/lib/usage/quotas/quota-standings";

describe("how quotas stand", () => {
  test("is told of keys by their own and their plan's quotas, and of customers; a key without quota is left out", async () => {
    const { owner } = await createTestWorkspace();
    await createPlan(owner, CreatePlan.parse({ name: "pro", quotas: [{ limit: 500, per: "month" }] }));
    const customer = await createCustomer(
      owner,
      CreateCustomer.parse({
        externalId: "north",
        name: "North",
        plan: "pro",
        quotas: [{ limit: 50, per: "day" }],
      }),
    );
    const { key: own } = await issueKey(owner, { name: "own", quotas: [{ limit: 10, per: "day" }] });
    const { key: planned } = await issueKey(owner, { name: "planned", customer: customer.id });
    await issueKey(owner, { name: "free" });
    const standings = await quotaStandings(owner, {});
    expect(standings.map(({ holder, per, limit, used }) => [holder.name, per, limit, used]).sort()).toEqual([
      ["North", "day", 50, 0],
      ["own", "day", 10, 0],
      ["planned", "month", 500, 0],
    ]);
    expect((await quotaStandings(owner, { key: own.id })).map(({ holder }) => holder.id)).toEqual([own.id]);
    expect(
      (await quotaStandings(owner, { customer: "north" })).map(({ holder }) => holder.id).sort(),
    ).toEqual([customer.id, planned.id].sort());
  });

  test("is told of nobody else's: neither another workspace's nor, to a customer's key, another customer's", async () => {
    const { owner, workspaceId } = await createTestWorkspace();
    const north = await createCustomer(owner, CreateCustomer.parse({ externalId: "north", name: "North" }));
    const issued = await issueKey(owner, { customer: north.id, quotas: [{ limit: 7, per: "day" }] });
    await issueKey(owner, { quotas: [{ limit: 9, per: "day" }] });
    const caller = { ...callerOf(workspaceId, issued), scopes: ["read:usage"] };
    expect((await quotaStandings(caller, {})).map(({ limit }) => limit)).toEqual([7]);
    const stranger = await createTestWorkspace();
    expect(await quotaStandings(stranger.owner, { key: issued.key.id })).toEqual([]);
  });

  test("needs read:usage", async () => {
    const { owner, workspaceId } = await createTestWorkspace();
    const caller = callerOf(workspaceId, await issueKey(owner));
    await expect(quotaStandings(caller, {})).rejects.toMatchObject({ kind: "forbidden" });
  });
});
