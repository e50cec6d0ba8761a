import http from "node:http";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { newId, randomBase62 } from "@/lib/db/id";
import { RevokedKeys } from "@/lib/keys/changes/schema";
import { KeyPage } from "@/lib/keys/reading/schema";
import { IssuedKey, Key, KeyDetail } from "@/lib/keys/schema";
import { VerifyAnswer } from "@/lib/keys/verification/schema";
import { platformScopes } from "@/lib/scopes/catalogue";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;
let admin: string;
let call: ReturnType<typeof apiClient>;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  admin = (await issueKey(workspace.owner, { scopes: [...Object.keys(platformScopes), "*:*"] })).secret;
  call = apiClient(admin);
});

describe("keys over HTTP", () => {
  test("a key's whole life: created, listed, read, changed, rotated, extended, ended, revoked", async () => {
    const name = `life ${randomBase62(6)}`;
    const created = await call("POST", "/keys", { name, scopes: ["read:x"] });
    expect(created.status).toBe(201);
    const { key, secret } = IssuedKey.parse(created.body);
    expect(KeyPage.parse((await call("GET", `/keys?q=${encodeURIComponent(name)}`)).body)).toMatchObject({
      total: 1,
      items: [{ id: key.id }],
    });
    expect(KeyDetail.parse((await call("GET", `/keys/${key.id}`)).body).secrets).toHaveLength(1);
    expect(Key.parse((await call("PATCH", `/keys/${key.id}`, { labels: ["a"] })).body).labels).toEqual(["a"]);
    const rotated = IssuedKey.parse(
      (await call("POST", `/keys/${key.id}/rotate`, { overlapSeconds: 60 })).body,
    );
    for (const value of [secret, rotated.secret])
      expect((await call("POST", "/keys/verify", { key: value })).body).toMatchObject({
        valid: true,
        keyId: key.id,
      });
    expect(
      Key.parse((await call("PATCH", `/keys/${key.id}/rotation`, { overlapSeconds: 600 })).body).status,
    ).toBe("rotating");
    expect(Key.parse((await call("DELETE", `/keys/${key.id}/rotation`)).body).status).toBe("active");
    expect((await call("POST", "/keys/verify", { key: secret })).body).toMatchObject({
      valid: false,
      code: "EXPIRED",
    });
    expect(Key.parse((await call("POST", `/keys/${key.id}/revoke`, { reason: "done" })).body).status).toBe(
      "revoked",
    );
    expect((await call("POST", "/keys/verify", { key: rotated.secret })).body).toMatchObject({
      valid: false,
      code: "REVOKED",
    });
    const { key: other } = await issueKey(workspace.owner);
    expect(
      RevokedKeys.parse((await call("POST", "/keys/revoke", { ids: [other.id, "key_x"] })).body),
    ).toEqual({ revoked: [other.id], notFound: ["key_x"], more: false });
  });

  test("a repeat with an Idempotency-Key gets the first answer, with another body 422", async () => {
    const body = { name: `once ${randomBase62(6)}` };
    const headers = { "idempotency-key": randomBase62(12) };
    const [first, second] = [
      await call("POST", "/keys", body, headers),
      await call("POST", "/keys", body, headers),
    ];
    expect([first.status, second.body]).toEqual([201, first.body]);
    expect((await call("POST", "/keys", { name: "other" }, headers)).status).toBe(422);
  });

  test.each([
    [400, "broken JSON", "POST", "/keys", "{"],
    [422, "a wrong type", "POST", "/keys", { name: 1 }],
    [422, "an unknown field", "POST", "/keys", { name: "a", colour: "red" }],
    [413, "a body over 1 MiB", "POST", "/keys", { name: "x".repeat(1_100_000) }],
    [422, "an unknown status", "GET", "/keys?status=gone", undefined],
    [400, "a made-up cursor", "GET", "/keys?cursor=nonsense", undefined],
    [404, "an unknown key", "GET", "/keys/key_none", undefined],
    [404, "an id of any length", "GET", `/keys/${"x".repeat(200)}`, undefined],
    [404, "rotating an unknown key", "POST", "/keys/key_none/rotate", { overlapSeconds: 0 }],
    [422, "an overlap over 30 days", "POST", "/keys/key_none/rotate", { overlapSeconds: 2_592_001 }],
    [404, "an overlap of an unknown key", "DELETE", "/keys/key_none/rotation", undefined],
  ])("%i is the answer to %s, as a problem document", async (status, _title, method, path, body) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.body).toMatchObject({
      status,
      type: expect.stringContaining("/docs/problems/"),
      detail: expect.any(String),
    });
  });

  test("a name that is taken is 409", async () => {
    const { key } = await issueKey(workspace.owner);
    expect((await call("POST", "/keys", { name: key.name })).status).toBe(409);
  });

  test("every path refuses callers without credential, without its scope, and of another workspace", async () => {
    const { key } = await issueKey(workspace.owner);
    const stranger = await createTestWorkspace();
    const everything = await issueKey(stranger.owner, { scopes: [...Object.keys(platformScopes), "*:*"] });
    const nothing = await issueKey(workspace.owner);
    const paths: [string, string, unknown?][] = [
      ["GET", "/keys"],
      ["POST", "/keys", { name: "x" }],
      ["POST", "/keys/verify", { key: "x" }],
      ["POST", "/keys/revoke", { ids: [key.id] }],
      ["GET", `/keys/${key.id}`],
      ["PATCH", `/keys/${key.id}`, { labels: [] }],
      ["POST", `/keys/${key.id}/rotate`, { overlapSeconds: 0 }],
      ["PATCH", `/keys/${key.id}/rotation`, { overlapSeconds: 1 }],
      ["DELETE", `/keys/${key.id}/rotation`],
      ["POST", `/keys/${key.id}/revoke`, {}],
    ];
    for (const [method, path, body] of paths) {
      expect([path, (await apiClient(null)(method, path, body)).status]).toEqual([path, 401]);
      expect([path, (await apiClient(nothing.secret)(method, path, body)).status]).toEqual([path, 403]);
      if (path.includes(key.id))
        expect([path, (await apiClient(everything.secret)(method, path, body)).status]).toEqual([path, 404]);
    }
    expect((await call("GET", `/keys/${key.id}`)).body.status).toBe("active");
  });
});

describe("verify, straight and by the API app", () => {
  /** An Origin header sends a request the long way round; nothing else may differ. */
  const longWay = { origin: "https://elsewhere.example" };

  async function both(body: unknown, key = admin) {
    const client = apiClient(key);
    await client("POST", "/keys/verify", { key: "warm the caller" });
    const [straight, long] = [
      await client("POST", "/keys/verify", body),
      await client("POST", "/keys/verify", body, longWay),
    ];
    const told = ({ status, headers, body: answer }: typeof straight) => ({
      status,
      headers: ["content-type", "cache-control", "retry-after"].map((name) => headers.get(name)),
      body: { ...answer, requestId: null, decision: null, instance: null },
      requestId: headers.get("x-request-id")?.slice(0, 4),
    });
    expect(told(straight)).toEqual(told(long));
    expect(straight.body.requestId ?? straight.body.instance).toBe(straight.headers.get("x-request-id"));
    return straight;
  }

  test("good keys and all kinds of bad ones are answered alike", async () => {
    const { secret } = await issueKey(workspace.owner, {
      scopes: ["read:x"],
      metadata: { a: [1, { b: "ü" }] },
    });
    const expired = await issueKey(workspace.owner, { expiresAt: new Date(Date.now() + 50).toISOString() });
    for (const body of [
      { key: secret },
      { key: secret, scopes: ["read:x"] },
      { key: secret, scopes: "read:x and write:x" },
      { key: "nonsense" },
      { key: secret.slice(0, -1) },
      { key: expired.secret },
      { key: secret, ip: "::1", cost: 0 },
    ])
      expect(VerifyAnswer.parse((await both(body)).body).requestId).toMatch(/^req_/);
  });

  test("what is wrong with a body is said alike", async () => {
    const { secret } = await issueKey(workspace.owner);
    for (const [body, status] of [
      ["{", 400],
      ["", 400],
      ["[]", 422],
      ["null", 422],
      [{}, 422],
      [{ key: 1, cost: "x", more: true }, 422],
      [{ key: secret, scopes: "read:x or" }, 422],
      [{ key: secret, service: "none" }, 422],
      [{ key: secret, service: "none", path: "/%2e%2e" }, 422],
      [`{"key":"a","key":"b"}`, 200],
    ] as const)
      expect([body, (await both(body)).status]).toEqual([body, status]);
  });

  test("a caller without the scope, and one with limits of its own, is answered alike", async () => {
    const { secret } = await issueKey(workspace.owner);
    const unscoped = await issueKey(workspace.owner, { scopes: ["read:keys"] });
    expect((await both({ key: secret }, unscoped.secret)).status).toBe(403);
    const limited = await issueKey(workspace.owner, {
      scopes: ["verify:keys"],
      rateLimits: [{ limit: 2, windowSeconds: 3_600 }],
    });
    const statuses = [];
    for (let index = 0; index < 3; index += 1)
      statuses.push((await apiClient(limited.secret)("POST", "/keys/verify", { key: secret })).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  test("a body in pieces, one of the wrong length and one that stops halfway do no harm", async () => {
    const body = JSON.stringify({ key: "nonsense" });
    expect(await raw(body.length, [body.slice(0, 3), body.slice(3)])).toMatchObject({
      status: 200,
      body: { code: "MALFORMED" },
    });
    await expect(raw(body.length + 5, [body])).rejects.toThrow();
    expect((await call("POST", "/keys/verify", { key: "nonsense" })).status).toBe(200);
  });

  test("thousands of wrong keys a second leave the API responsive, and every one is counted in the decisions", async () => {
    const flooded = await createTestWorkspace();
    const { secret: caller } = await issueKey(flooded.owner, { scopes: ["verify:keys", "read:decisions"] });
    const { secret } = await issueKey(flooded.owner);
    const client = apiClient(caller);
    await client("POST", "/keys/verify", { key: "warm" });
    const flood = async () => {
      for (let index = 0; index < 250; index += 1)
        expect(
          (await client("POST", "/keys/verify", { key: secret.slice(0, -30) + randomBase62(30) })).body.code,
        ).toBe("MALFORMED");
    };
    const flooding = Promise.all(Array.from({ length: 8 }, flood));
    const startedAt = performance.now();
    expect((await call("GET", "/keys?limit=1")).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    await flooding;
    await expect.poll(() => countRefusals(client), { timeout: 15_000, interval: 300 }).toBe(2_001);
  });

  function raw(length: number, pieces: string[]): Promise<{ status: number | undefined; body: unknown }> {
    const url = new URL("/api/v1/keys/verify", inject("apiOrigin"));
    const headers = {
      authorization: `Bearer ${admin}`,
      "content-type": "application/json",
      "content-length": length,
      "x-trace": newId("req"),
    };
    return new Promise((resolve, reject) => {
      const request = http.request(url, { method: "POST", headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) }),
        );
      });
      request.on("error", reject);
      request.setTimeout(1_000, () => request.destroy(new Error("nothing came")));
      const write = (index: number) => {
        const piece = pieces[index];
        if (piece === undefined) return;
        request.write(piece);
        setTimeout(() => write(index + 1), 20);
      };
      write(0);
    });
  }
});

/** Calls that the workspace's decisions stand for, over all pages. */
async function countRefusals(client: ReturnType<typeof apiClient>): Promise<number> {
  let [sum, cursor] = [0, ""];
  do {
    const { body } = await client("GET", `/decisions?limit=100&verdict=deny${cursor}`);
    for (const { count } of body.items) sum += count;
    cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
  } while (cursor !== "");
  return sum;
}
