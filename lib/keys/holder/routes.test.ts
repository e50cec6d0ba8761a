import { beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { idWithin } from "@/lib/keys/format";
import { RevokedSelf, Whoami } from "@/lib/keys/holder/schema";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createTestWorkspace();
});

describe("whoami", () => {
  test("a key without any scope learns what it is, what it holds and when it ends", async () => {
    const { workspaceId, owner, slug } = workspace;
    await db().role.create({ data: { workspaceId, name: "reader", scopes: ["read:invoices"] } });
    const customer = await db().customer.create({
      data: { workspaceId, id: newId("cus"), externalId: "acct_9", name: "Nine" },
    });
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const { key, secret } = await issueKey(owner, {
      roles: ["reader"],
      customer: customer.id,
      environment: "test",
      metadata: { tier: 2 },
      allowedOrigins: ["https://app.example.com"],
      rateLimits: [{ name: "hour", limit: 9, windowSeconds: 3_600 }],
      expiresAt,
    });
    const told = await apiClient(secret)("GET", "/whoami");
    expect(told.status).toBe(200);
    expect(Whoami.parse(told.body)).toEqual(told.body);
    expect(told.body).toMatchObject({
      kind: "key",
      id: key.id,
      name: key.name,
      workspace: { id: workspaceId, slug },
      customer: { id: customer.id, externalId: "acct_9", name: "Nine" },
      grant: ["read:invoices"],
      roles: ["reader"],
      key: {
        environment: "test",
        metadata: { tier: 2 },
        allowedOrigins: ["https://app.example.com"],
        limits: { rateLimits: [{ name: "hour", limit: 9, source: "key", remaining: 8 }], quotas: [] },
        expiresAt,
        secret: { id: idWithin(secret), expiresAt: null },
      },
    });
    expect(JSON.stringify(told.body)).not.toContain(secret);
  });

  test("nobody is refused, and a key on another's page is forbidden", async () => {
    const { secret } = await issueKey(workspace.owner, { allowedOrigins: ["https://app.example.com"] });
    const from = async (origin: string) =>
      (await apiClient(secret)("GET", "/whoami", undefined, { origin })).status;
    expect((await apiClient(null)("GET", "/whoami")).status).toBe(401);
    expect(await from("https://evil.example")).toBe(403);
    expect(await from("https://app.example.com")).toBe(200);
  });
});

describe("revoking oneself", () => {
  test("a key without scopes revokes itself, also when its limit is used up, and is refused on the next call", async () => {
    const { key, secret } = await issueKey(workspace.owner, {
      rateLimits: [{ limit: 1, windowSeconds: 3_600 }],
    });
    const holder = apiClient(secret);
    expect((await holder("GET", "/whoami")).status).toBe(200);
    expect((await holder("GET", "/whoami")).status).toBe(429);
    const revoked = await holder("POST", "/whoami/revoke", { reason: "found on a forge" });
    expect(revoked.status).toBe(200);
    expect(RevokedSelf.parse(revoked.body).id).toBe(key.id);
    expect((await holder("GET", "/whoami")).body).toMatchObject({ status: 401, code: "REVOKED" });
    const [entry] = await db().auditEntry.findMany({ where: { subject: key.id, action: "keys.revoke" } });
    expect(entry).toMatchObject({
      actor: { kind: "key", id: key.id },
      detail: { reason: "found on a forge" },
    });
  });

  test("an empty request is enough, and a reason of another type is refused and revokes nothing", async () => {
    const { key, secret } = await issueKey(workspace.owner);
    expect((await apiClient(secret)("POST", "/whoami/revoke", { reason: 7 })).status).toBe(422);
    expect((await apiClient(secret)("GET", "/whoami")).status).toBe(200);
    expect((await apiClient(secret)("POST", "/whoami/revoke")).status).toBe(200);
    expect(await db().key.findFirstOrThrow({ where: { id: key.id } })).toMatchObject({
      revokeReason: "Revoked by its holder",
    });
  });
});
