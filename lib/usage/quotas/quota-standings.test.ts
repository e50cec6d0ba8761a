import { describe, expect, test } from "vitest";
import { createCustomer } from "@/lib/customers/create";
import { CreateCustomer } from "@/lib/customers/schema";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
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
    const { items, omitted } = await quotaStandings(owner, {});
    expect(omitted).toBe(0);
    expect(items.map(({ holder, per, limit, used }) => [holder.name, per, limit, used]).sort()).toEqual([
      ["North", "day", 50, 0],
      ["own", "day", 10, 0],
      ["planned", "month", 500, 0],
    ]);
    expect((await quotaStandings(owner, { key: own.id })).items.map(({ holder }) => holder.id)).toEqual([
      own.id,
    ]);
    expect(
      (await quotaStandings(owner, { customer: "north" })).items.map(({ holder }) => holder.id).sort(),
    ).toEqual([customer.id, planned.id].sort());
  });

  test("is told of nobody else's: neither another workspace's nor, to a customer's key, another customer's", async () => {
    const { owner, workspaceId } = await createTestWorkspace();
    const north = await createCustomer(owner, CreateCustomer.parse({ externalId: "north", name: "North" }));
    const issued = await issueKey(owner, { customer: north.id, quotas: [{ limit: 7, per: "day" }] });
    await issueKey(owner, { quotas: [{ limit: 9, per: "day" }] });
    const caller = { ...callerOf(workspaceId, issued), scopes: ["read:usage"] };
    expect((await quotaStandings(caller, {})).items.map(({ limit }) => limit)).toEqual([7]);
    const stranger = await createTestWorkspace();
    expect(await quotaStandings(stranger.owner, { key: issued.key.id })).toEqual({ items: [], omitted: 0 });
  });

  test("is told of the 50 keys used last, and how many more have a quota", async () => {
    const { owner, workspaceId } = await createTestWorkspace();
    await db().key.createMany({
      data: Array.from({ length: 53 }, (_, at) => ({
        workspaceId,
        id: newId("key"),
        name: `key ${at}`,
        environment: "live",
        createdBy: "system",
        quotas: [{ limit: 10, per: "day" }],
        lastUsedAt: new Date(Date.UTC(2026, 0, 1, 0, at)),
      })),
    });
    const { items, omitted } = await quotaStandings(owner, {});
    expect(omitted).toBe(3);
    expect(items.map(({ holder }) => holder.name).sort()).toEqual(
      Array.from({ length: 50 }, (_, at) => `key ${at + 3}`).sort(),
    );
  });

  test("needs read:usage", async () => {
    const { owner, workspaceId } = await createTestWorkspace();
    const caller = callerOf(workspaceId, await issueKey(owner));
    await expect(quotaStandings(caller, {})).rejects.toMatchObject({ kind: "forbidden" });
  });
});
