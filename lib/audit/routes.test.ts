import { beforeAll, expect, inject, test } from "vitest";
import { issueKey } from "@/lib/testing/issue-key";
import { apiClient } from "@/lib/testing/calls/http";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;
let admin: string;
let ask: ReturnType<typeof apiClient>;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  admin = (await issueKey(workspace.system, { scopes: ["platform:*"] })).secret;
  ask = apiClient(admin);
  for (const name of ["one", "two", "three"]) await ask("POST", "/keys", { name });
});

test("what real operations wrote is a chain whose head is signed and known again", async () => {
  const { status, body } = await ask("GET", "/audit/verify");
  expect(status).toBe(200);
  expect(body).toMatchObject({ ok: true, problems: [], head: { workspace: workspace.workspaceId } });
  expect(body.entries).toBeGreaterThanOrEqual(3);
  const { position, hash } = body.head;
  await ask("POST", "/keys", { name: "four" });
  const later = await ask("GET", `/audit/verify?position=${position}&hash=${hash}`);
  expect(later.body).toMatchObject({ ok: true, known: "held" });
  const other = await ask("GET", `/audit/verify?position=${position}&hash=${"0".repeat(64)}`);
  expect(other.body).toMatchObject({ ok: false, known: "contradicted", problems: [{ position }] });
});

test("a head without its hash, a place that is none and an unknown name are refused", async () => {
  for (const query of ["position=3", "position=0&hash=x", "hash=zz&position=1", "place=3"])
    expect((await ask("GET", `/audit/verify?${query}`)).status).toBe(422);
  expect((await ask("GET", "/audit/export?from=yesterday")).status).toBe(422);
  expect((await ask("POST", "/audit/erasures", { reason: "x" })).status).toBe(422);
  const both = { actor: "a", address: "b", reason: "x" };
  expect((await ask("POST", "/audit/erasures", both)).status).toBe(422);
});

test("entries are listed by place, newest first, each once over all pages", async () => {
  const places: number[] = [];
  for (let cursor = ""; ;) {
    const { body } = await ask("GET", `/audit?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
    for (const item of body.items) places.push(item.position);
    if (body.nextCursor === null) break;
    cursor = body.nextCursor;
  }
  expect(places).toEqual(places.toSorted((one, other) => other - one));
  expect(new Set(places).size).toBe(places.length);
  expect(places.at(-1)).toBe(1);
});

test("an export is NDJSON with a first line, the entries and a signed last line; leaving it early is heard", async () => {
  const at = new URL("/api/v1/audit/export", inject("apiOrigin"));
  const answer = await fetch(at, { headers: { authorization: `Bearer ${admin}` } });
  expect(answer.headers.get("content-type")).toContain("application/x-ndjson");
  const kinds = (await answer.text())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).kind);
  expect(kinds[0]).toBe("start");
  expect(kinds.at(-1)).toBe("end");
  expect(kinds).toContain("entry");
  const leaving = new AbortController();
  await fetch(at, { headers: { authorization: `Bearer ${admin}` }, signal: leaving.signal });
  leaving.abort();
  expect((await ask("GET", "/audit/verify")).body.ok).toBe(true);
});

test("a customer's key may neither verify nor export nor erase the workspace's trail", async () => {
  const scopes = ["read:audit", "erase:audit"];
  const { body: customer } = await ask("POST", "/customers", {
    externalId: "c",
    name: "C",
    scopeCeiling: scopes,
  });
  const { body: made } = await ask("POST", "/keys", { name: "theirs", customer: customer.id, scopes });
  const theirs = apiClient(made.secret);
  // It holds the scopes, and reads of the trail what was done to its own keys.
  expect((await theirs("GET", "/audit")).body.items).toMatchObject([{ action: "keys.create" }]);
  const refused = { status: 403, body: { detail: expect.stringMatching(/belongs to the workspace/) } };
  for (const path of ["/audit/verify", "/audit/head", "/audit/export"])
    expect(await theirs("GET", path)).toMatchObject(refused);
  expect(await theirs("POST", "/audit/erasures", { actor: "x", reason: "x" })).toMatchObject(refused);
});

test("retention of the trail is set in days, or unset, and the change is recorded", async () => {
  expect((await ask("PATCH", "/workspace", { auditRetentionDays: 365 })).body).toMatchObject({
    auditRetentionDays: 365,
  });
  expect((await ask("PATCH", "/workspace", { auditRetentionDays: 0 })).status).toBe(422);
  expect((await ask("PATCH", "/workspace", { auditRetentionDays: null })).body).toMatchObject({
    auditRetentionDays: null,
  });
  const { body } = await ask("GET", "/audit?action=workspace.update");
  expect(body.items.map((item: { detail: unknown }) => item.detail)).toEqual([
    { auditRetentionDays: null },
    { auditRetentionDays: 365 },
  ]);
});
