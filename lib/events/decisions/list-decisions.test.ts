import { beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { listDecisions } from "@/lib/events/decisions/list-decisions";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { readDecision } from "@/lib/events/decisions/read-decision";
import type { DecisionFilters, DecisionRecord } from "@/lib/events/schema";
import { boundFilters, passes } from "@/lib/events/stream/decision-filter";
import { decisionsAfter } from "@/lib/events/stream/loaded-decision";
import { decisionRecord } from "@/lib/testing/decision-record";
import { keyActor } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const start = Date.parse("2026-11-01T00:00:00Z");

/** A caller bound to customer `cus_a`. */
function customerKey(workspaceId: string, scopes = ["read:decisions"]) {
  return keyActor(workspaceId, { customerId: "cus_a", scopes });
}

const billing = {
  id: "key_a",
  secretId: "sa",
  name: "Billing worker",
  prefix: "lk_live",
  customerId: "cus_a",
};
const checkout = { id: "key_b", secretId: "sb", name: "checkout", prefix: "lk_test", customerId: null };

describe("the list of decisions", () => {
  let workspace: TestWorkspace;
  let serviceId: string;
  const records: Record<string, DecisionRecord> = {};

  beforeAll(async () => {
    workspace = await createTestWorkspace();
    const { workspaceId } = workspace;
    serviceId = newId("svc");
    await db().service.create({
      data: { workspaceId, id: serviceId, slug: "invoices", name: "Invoices", upstream: "http://up.example" },
    });
    const at = (minute: number) => start + minute * 60_000;
    const invoices = { id: serviceId, slug: "invoices" };
    records.read = decisionRecord(workspaceId, { atMs: at(1), credential: billing, service: invoices });
    records.write = decisionRecord(workspaceId, {
      atMs: at(2),
      credential: billing,
      service: invoices,
      method: "POST",
      status: 403,
      verdict: "deny",
      rules: ["no-writes"],
    });
    records.limited = decisionRecord(workspaceId, {
      atMs: at(3),
      credential: checkout,
      status: 429,
      verdict: "limited",
      rules: [],
      reason: "RATE_LIMITED",
    });
    records.verified = decisionRecord(workspaceId, {
      atMs: at(4),
      credential: checkout,
      source: "verify",
      path: "/V2/Reports",
      service: { id: "svc_gone", slug: "reports" },
    });
    records.anonymous = decisionRecord(workspaceId, {
      atMs: at(5),
      status: 401,
      verdict: "deny",
      reason: "NO_CREDENTIAL",
      rules: [],
    });
    await insertBatch(Object.values(records));
  });

  const cases: [DecisionFilters, string[]][] = [
    [{}, ["anonymous", "verified", "limited", "write", "read"]],
    [{ verdict: "deny" }, ["anonymous", "write"]],
    [{ verdict: "limited" }, ["limited"]],
    [{ credential: "key_a" }, ["write", "read"]],
    [{ service: "invoices" }, ["write", "read"]],
    [{ service: "reports" }, ["verified"]],
    [{ service: "svc_gone" }, ["verified"]],
    [{ rule: "no-writes" }, ["write"]],
    [{ status: "4xx" }, ["anonymous", "limited", "write"]],
    [{ status: "2xx" }, ["verified", "read"]],
    [{ method: "post" }, ["write"]],
    [{ path: "/V2" }, ["verified"]],
    [{ path: "/v2" }, []],
    [{ q: "v2/rep" }, ["verified"]],
    [{ q: "BILLING" }, ["write", "read"]],
    [{ q: "no_cred" }, ["anonymous"]],
    [{ q: "%" }, []],
    [{ source: "verify" }, ["verified"]],
    [{ from: "2026-11-01T00:04:00Z" }, ["anonymous", "verified"]],
    [{ to: "2026-11-01T01:03:00+01:00" }, ["write", "read"]],
    [
      { credential: "key_a", verdict: "allow", from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z" },
      ["read"],
    ],
  ];

  test.each(cases)(
    "narrowed by %o holds exactly those, newest first, and live rows are narrowed alike",
    async (filters, expected) => {
      const ids = expected.map((name) => records[name]?.id);
      const page = await listDecisions(workspace.owner, { ...filters, limit: 25 });
      expect(page.items.map((item) => item.id)).toEqual(ids);
      const loaded = await decisionsAfter({ workspaceId: workspace.workspaceId, after: 0, limit: 100 });
      const bound = await boundFilters(workspace.owner, filters);
      expect(
        loaded
          .filter((row) => passes(bound, row))
          .map((row) => row.decision.id)
          .reverse(),
      ).toEqual(ids);
    },
  );

  test("finds a service by its id as by its slug", async () => {
    const bySlug = await listDecisions(workspace.owner, { service: "invoices", limit: 25 });
    expect(await listDecisions(workspace.owner, { service: serviceId, limit: 25 })).toEqual(bySlug);
  });

  test("shows a customer's key that customer's decisions only, one by one too", async () => {
    const actor = customerKey(workspace.workspaceId);
    const page = await listDecisions(actor, { limit: 25 });
    expect(page.items.map((item) => item.id)).toEqual([records.write?.id, records.read?.id]);
    expect((await listDecisions(actor, { credential: "key_b", limit: 25 })).items).toEqual([]);
    await expect(readDecision(actor, records.limited?.id ?? "")).rejects.toMatchObject({ kind: "not-found" });
    expect(await readDecision(actor, records.read?.id ?? "")).toEqual(page.items[1]);
  });

  test("does not exist for another workspace, and needs its scope", async () => {
    const stranger = await createTestWorkspace();
    expect((await listDecisions(stranger.owner, { limit: 25 })).items).toEqual([]);
    await expect(readDecision(stranger.owner, records.read?.id ?? "")).rejects.toMatchObject({
      kind: "not-found",
    });
    const unscoped = customerKey(workspace.workspaceId, ["read:keys"]);
    await expect(listDecisions(unscoped, { limit: 25 })).rejects.toMatchObject({ kind: "forbidden" });
    await expect(readDecision(unscoped, "x")).rejects.toMatchObject({ kind: "forbidden" });
  });
});

test("pages hold every decision once, also where many share a moment and newer ones keep coming", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const older = Array.from({ length: 30 }, (_, index) =>
    decisionRecord(workspaceId, { atMs: start + Math.floor(index / 10) * 0.001 }),
  );
  await insertBatch(older);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listDecisions(owner, { limit: 7, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor ?? undefined;
    await insertBatch([decisionRecord(workspaceId)]);
  } while (cursor !== undefined);
  expect(seen).toEqual(older.map((record) => record.id).reverse());
});

test("a search for what no index finds stops after a bounded stretch and goes on from its cursor to the end", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const wanted = decisionRecord(workspaceId, { atMs: start, path: "/needle" });
  await insertBatch([wanted]);
  for (let batch = 0; batch < 11; batch += 1)
    await insertBatch(
      Array.from({ length: 2_000 }, (_, index) =>
        decisionRecord(workspaceId, { atMs: start + 1_000 + batch * 2_000 + index }),
      ),
    );
  const first = await listDecisions(owner, { q: "needle", limit: 5 });
  expect(first).toMatchObject({ items: [], nextCursor: expect.any(String) });
  const second = await listDecisions(owner, { q: "needle", limit: 5, cursor: first.nextCursor ?? "" });
  expect(second).toMatchObject({ items: [{ id: wanted.id }], nextCursor: null });
});
