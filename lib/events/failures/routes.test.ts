import { describe, expect, inject, test, vi } from "vitest";
import { db } from "@/lib/db/client";
import { randomBase62 } from "@/lib/db/id";
import { revokeKey } from "@/lib/keys/revoke";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

interface Entry {
  id: string;
  action: string;
  actor: { kind: string; id: string; label: string };
  subject: string | null;
  address: string | null;
  count: number;
  detail: { reason: string; prefix: string | null; via: string; addresses?: string[] };
}

const soon = { timeout: 20_000, interval: 200 };

async function scene() {
  const { owner, workspaceId } = await createTestWorkspace();
  const keyPrefix = `f${randomBase62(8)}`;
  await db().workspace.update({ where: { id: workspaceId }, data: { keyPrefix } });
  const reader = await issueKey(owner, { scopes: ["read:audit", "verify:keys"] });
  const failures = async (query = ""): Promise<Entry[]> => {
    const { status, body } = await apiClient(reader.secret)("GET", `/audit?action=authentication.*${query}`);
    expect(status).toBe(200);
    return body.items;
  };
  const total = async (query = "") => (await failures(query)).reduce((sum, { count }) => sum + count, 0);
  return { owner, workspaceId, keyPrefix, reader, failures, total };
}

describe("failed authentications in the audit trail", () => {
  test("a revoked key: who, from where, which prefix, why, and how often, by every filter", async () => {
    const { owner, keyPrefix, failures, total } = await scene();
    const { key, secret } = await issueKey(owner, { name: "leaked" });
    await revokeKey(owner, { keyId: key.id, reason: "" });
    const tries = await Promise.all(Array.from({ length: 12 }, () => apiClient(secret)("GET", "/keys")));
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([401]));
    await vi.waitFor(async () => expect(await total()).toBe(12), soon);
    const [entry] = await failures();
    expect(entry).toMatchObject({
      action: "authentication.fail",
      actor: { kind: "key", id: key.id, label: "leaked" },
      subject: key.id,
      detail: { reason: "REVOKED", prefix: `${keyPrefix}_live`, via: "api" },
    });
    expect(await total("&reason=REVOKED")).toBe(12);
    expect(await total("&reason=EXPIRED")).toBe(0);
    expect(await total(`&prefix=${keyPrefix}_live`)).toBe(12);
    expect(await total("&prefix=other_live")).toBe(0);
    expect(await total(`&subject=${key.id}`)).toBe(12);
    expect(await total(`&actor=${key.id}`)).toBe(12);
    expect(await total("&actor=nobody")).toBe(0);
    const address = entry?.address ?? null;
    if (address !== null) expect(await total(`&address=${address}`)).toBe(12);
    expect(await total("&address=192.0.2.1")).toBe(0);
    expect(await total("&to=2020-01-01T00:00:00Z")).toBe(0);
  });

  test("a forged, an expired, a disabled and a misplaced key each say why, and no entry holds a value", async () => {
    const { owner, keyPrefix, failures } = await scene();
    const forged = `${keyPrefix}_live_${randomBase62(59)}`;
    const elsewhere = await issueKey(owner, { allowedIps: ["192.0.2.0/24"] });
    const disabled = await issueKey(owner);
    await db().key.updateMany({ where: { id: disabled.key.id }, data: { disabledAt: new Date() } });
    const expired = await issueKey(owner);
    await db().key.updateMany({ where: { id: expired.key.id }, data: { expiresAt: new Date(0) } });
    const values = [forged, elsewhere.secret, disabled.secret, expired.secret];
    for (const value of values) await apiClient(value)("GET", "/keys");
    await vi.waitFor(async () => {
      const reasons = (await failures()).map(({ detail }) => detail.reason);
      expect(reasons.sort()).toEqual(["DISABLED", "EXPIRED", "IP_FORBIDDEN", "MALFORMED"]);
    }, soon);
    const text = JSON.stringify(await failures());
    for (const value of values) expect(text).not.toContain(value.slice(-43));
  });

  test("a refused verification is one too, from the address that was asked about; a missing scope is none", async () => {
    const { owner, reader, failures } = await scene();
    const { secret } = await issueKey(owner);
    const verify = apiClient(reader.secret);
    await verify("POST", "/keys/verify", { key: secret, scopes: ["read:nothing"] });
    await verify("POST", "/keys/verify", { key: "not a key", ip: "198.51.100.77" });
    await vi.waitFor(async () => expect(await failures()).toHaveLength(1), soon);
    expect((await failures())[0]).toMatchObject({
      address: "198.51.100.77",
      actor: { kind: "unknown" },
      detail: { reason: "MALFORMED", via: "verify", prefix: null },
    });
  });

  test("tries at the gateway are in the trail of the workspace that they were made in, whosever key it was", async () => {
    const gateway = inject("gatewayOrigin");
    if (gateway === null) return;
    const [mine, other] = [await scene(), await scene()];
    const workspace = await db().workspace.findUniqueOrThrow({ where: { id: mine.workspaceId } });
    const full = await issueKey(mine.owner, { scopes: ["create:services"] });
    await apiClient(full.secret)("POST", "/services", { slug: "s", upstream: "http://127.0.0.1:9" });
    const foreign = await issueKey(other.owner);
    const answer = await fetch(`${gateway}/${workspace.slug}/s/x`, {
      headers: { "x-api-key": foreign.secret },
    });
    expect(answer.status).toBe(401);
    await vi.waitFor(async () => expect(await mine.failures()).toHaveLength(1), soon);
    expect(await mine.failures()).toMatchObject([
      { subject: null, detail: { reason: "NOT_FOUND", via: "gateway" } },
    ]);
    expect(await other.failures()).toEqual([]);
  });

  test("a flood leaves few entries whose counts add up to every try", async () => {
    const { reader, failures, total } = await scene();
    const verify = apiClient(reader.secret);
    const tries = 400;
    for (let sent = 0; sent < tries; sent += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          verify("POST", "/keys/verify", { key: "x", ip: `10.0.${sent / 50}.${index}` }),
        ),
      );
    await vi.waitFor(async () => expect(await total("&limit=100")).toBe(tries), soon);
    const written = await failures("&limit=100");
    expect(written.length).toBeLessThan(50);
    // Entries of many addresses name the first few, and are found by each of those.
    const named = written.flatMap(({ id, detail }) =>
      (detail.addresses ?? []).map((address) => ({ id, address })),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const { id, address } of named)
      expect((await failures(`&address=${address}`)).map((entry) => entry.id)).toContain(id);
  });

  test.each([
    ["a filter that does not exist", "?colour=red"],
    ["an empty reason", "?reason="],
    ["a time that is none", "?from=yesterday"],
  ])("%s is refused", async (_what, query) => {
    const { reader } = await scene();
    expect((await apiClient(reader.secret)("GET", `/audit${query}`)).status).toBe(422);
  });
});
